import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { TunTap } from '@netloom/tuntap'
import type { ExistingNamespace } from '../support/netns.js'
import { typescript } from '../support/typescript.js'

/** Folder of the examples. */
export const examples = fileURLToPath(new URL('../../examples/', import.meta.url))

/** A program that runs in a namespace. */
export interface Running {
  readonly child: ChildProcess
  /** Returns the next line that it prints. */
  line(): Promise<string>
  readonly exit: Promise<unknown>
  /** Sends it a signal, and waits for its end. */
  end(signal: NodeJS.Signals): Promise<void>
}

/** Starts a program in a namespace. */
export function startIn(
  { name }: ExistingNamespace,
  command: readonly string[],
  stderr: 'inherit' | 'ignore' = 'inherit',
): Running {
  const child = spawn('ip', ['netns', 'exec', name, ...command], { stdio: ['ignore', 'pipe', stderr] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const exit = once(child, 'exit')
  return {
    child,
    exit,
    async line() {
      const { value, done } = await lines.next()
      if (done) throw new Error(`expected another line of ${command.join(' ')}, got its end`)
      return value
    },
    async end(signal) {
      child.kill(signal)
      await exit
    },
  }
}

/** Starts an example in a namespace, on the runtime of the test. */
export const startExample = (namespace: ExistingNamespace, example: string, ...args: string[]): Running =>
  startIn(namespace, [process.execPath, ...typescript, join(examples, example), ...args])

/** Creates persistent taps that are up, and closes their descriptors. */
export function addTaps(namespace: ExistingNamespace, ...names: string[]): void {
  namespace.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'])
  for (const name of names) {
    TunTap.create({ mode: 'tap', name, netns: namespace.path, persist: true }).close()
    namespace.ip('link', 'set', name, 'up')
  }
}

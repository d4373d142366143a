import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { environmentOf, type Call as PluginCall, plugin, stdinOf } from '../support/plugin.js'

/** Faults in the syntax of strace. A call with a fault is not carried out. */
export const faults = {
  SIGKILL: 'signal=SIGKILL',
  SIGTERM: 'signal=SIGTERM',
  ENOMEM: 'error=ENOMEM',
  EINTR: 'error=EINTR',
  EBUSY: 'error=EBUSY',
} as const
export type Fault = keyof typeof faults

/** A system call of the plugin's main thread. Other threads and child processes are not traced. */
export interface SystemCall {
  readonly name: string
  /** Position among the calls of this name since the start of the program, from 1. */
  readonly nth: number
  /** The call with its arguments, without the parts that differ between runs. */
  readonly text: string
}

/** Result of a traced process. */
export interface Traced {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly calls: readonly SystemCall[]
}

/** Replaces descriptors, process IDs, inodes, addresses, generated names, and all text that is not a path. */
function normalize(text: string): string {
  return text
    .replace(/"(?!\/)(?:[^"\\]|\\.)*"(\.\.\.)?/g, '"…"')
    .replace(/0x[0-9a-f]{6,}/g, '0x…')
    .replace(
      /(?<=nl(msg)?_pid=|wait4\(|pidfd_open\(|\/proc\/|<pid:)\d+|(?<=\()(?:[3-9]|\d\d+)(?=<)|(?<=\[)(\w+:)?[\d>-]+(?=\]>)/g,
      '#',
    )
    .replace(/netloom-(test|cni)-[\w-]+/g, 'netloom-$1-#')
    .replace(/\) += .*$/s, ')')
}

function parse(log: string): SystemCall[] {
  const seen = new Map<string, number>()
  return log.split('\n').flatMap((line) => {
    const [, name] = /^(\w+)\(/.exec(line) ?? []
    if (name === undefined) return []
    const nth = (seen.get(name) ?? 0) + 1
    seen.set(name, nth)
    return [{ name, nth, text: normalize(line) }]
  })
}

/** Runs the plugin under strace. `inject` contains strace options that inject a fault. */
export function trace(call: PluginCall, folder: string, inject: readonly string[] = []): Promise<Traced> {
  const log = join(folder, 'strace.log')
  const options = ['-yy', '-e', 'signal=none', '-e', 'quiet=all', '-o', log]
  return new Promise((resolve, reject) => {
    const child = spawn('strace', [...options, ...inject, ...plugin], { env: environmentOf(call) })
    const output = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].on('data', (chunk) => {
        output[stream] += chunk
      })
    }
    child.on('error', reject)
    child.on('close', (exitCode, signal) => {
      resolve({ exitCode, signal, ...output, calls: parse(readFileSync(log, 'latin1')) })
    })
    child.stdin.on('error', () => {})
    child.stdin.end(stdinOf(call))
  })
}

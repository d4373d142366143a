import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Namespace } from '../../support/netns.js'
import { type Child, startChild } from '../connection/child.js'

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** Compiles loops.c, calls `use` with its path, and deletes it. */
export const withLoops = (use: (program: string) => Promise<void>): Promise<void> => withProgram('loops.c', use)

/** Compiles a program of this folder, calls `use` with its path, and deletes it. */
export async function withProgram<T>(source: string, use: (program: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-bench-'))
  try {
    const program = join(folder, 'program')
    execFileSync('gcc', ['-O2', '-Wall', '-Werror', '-o', program, here(source)])
    return await use(program)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Devices that are created afterwards send nothing by themselves. */
const withoutIpv6 = (namespace: Namespace) =>
  namespace.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'])

/** Creates a persistent tap that is up, and whose queue holds the frames of a round. */
export function addTap(namespace: Namespace, name: string, ...options: string[]): string {
  withoutIpv6(namespace)
  namespace.ip('tuntap', 'add', name, 'mode', 'tap', ...options)
  namespace.ip('link', 'set', name, 'txqueuelen', 5000, 'up')
  return name
}

/** Creates two taps that are ports of one bridge, so that a frame written to one is read from the other one. */
export function addPair(namespace: Namespace, name: string): [string, string] {
  const bridge = `${name}-br`
  withoutIpv6(namespace)
  namespace.ip('link', 'add', bridge, 'type', 'bridge', 'forward_delay', 0, 'mcast_snooping', 0)
  const pair = [addTap(namespace, `${name}-a`), addTap(namespace, `${name}-b`)] as [string, string]
  for (const tap of pair) namespace.ip('link', 'set', tap, 'master', bridge)
  namespace.ip('link', 'set', bridge, 'up')
  return pair
}

const inNamespace = ({ name }: Namespace, command: readonly string[]): Child =>
  startChild('ip', ['netns', 'exec', name, ...command])

/** Starts a loop of loops.c. */
export const startLoop = (namespace: Namespace, program: string, args: readonly string[]): Child =>
  inNamespace(namespace, [program, ...args])

/** Starts a way of contender.ts. */
export const startContender = (namespace: Namespace, args: readonly string[]): Child =>
  inNamespace(namespace, [process.execPath, ...process.execArgv, here('contender.ts'), ...args])

/** Starts a way of udp-contender.ts. */
export const startUdpContender = (namespace: Namespace, name: string): Child =>
  inNamespace(namespace, [process.execPath, ...process.execArgv, here('udp-contender.ts'), name])

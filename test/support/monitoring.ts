import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Connection } from '@netloom/netlink'
import { NDIAG_SHOW, sockDiag } from '../../packages/netlink/dist/diag/index.js'
import type { Namespace } from './netns.js'
import { until } from './until.js'

/** The built program `netloom`. */
export const program = fileURLToPath(new URL('../../packages/netlink/bundle/cli/main.js', import.meta.url))

/** Returns the inodes of the sockets of a process. */
function socketsOf(pid: number): ReadonlySet<number> {
  const names = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)]
    } catch {
      return [] // It was closed meanwhile.
    }
  })
  return new Set(names.flatMap((name) => Number(/^socket:\[(\d+)\]$/.exec(name)?.[1] ?? [])))
}

/** True if a process has a netlink socket in a namespace that has joined a group of a protocol. */
export function hasJoined({ path }: Pick<Namespace, 'path'>, pid: number, protocol: number, group: number): boolean {
  const netlink = Connection.openProtocol(sockDiag, { netns: path })
  try {
    const own = socketsOf(pid)
    const sockets = netlink.dumpSync('SOCK_DIAG_BY_FAMILY', { family: 16, protocol, show: NDIAG_SHOW.GROUPS })
    return sockets.some((socket) => {
      if (socket.family !== 16 || !own.has(socket.ino)) return false
      const word = socket.attrs.groups?.[(group - 1) >> 5] ?? 0
      return ((word >>> ((group - 1) & 31)) & 1) === 1
    })
  } finally {
    netlink.close()
  }
}

/** A running program whose output is collected. */
export interface Running {
  readonly child: ChildProcess
  /** Returns the output so far. */
  out(): string
  errors(): string
  /** Returns the complete lines of the output so far. */
  lines(): string[]
  /** Stops the process. Returns its exit code. */
  stop(signal: 'SIGINT' | 'SIGTERM'): Promise<number | null>
}

/** Starts a program, and passes it to `use`. Kills it afterwards. */
export async function running(
  command: string,
  args: readonly string[],
  use: (running: Running) => Promise<void>,
): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const texts = { out: '', errors: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    texts.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    texts.errors += text
  })
  const ended = once(child, 'close')
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await ended
    return child.exitCode
  }
  try {
    const lines = () => texts.out.split('\n').slice(0, -1)
    await use({ child, out: () => texts.out, errors: () => texts.errors, lines, stop })
  } finally {
    await stop('SIGKILL')
  }
}

/** Starts `netloom monitor` in a namespace, and waits until it has joined `group` of `protocol`. */
export const monitoring = (
  namespace: Namespace,
  [protocol, group]: readonly [protocol: number, group: number],
  args: readonly string[],
  use: (monitor: Running) => Promise<void>,
): Promise<void> =>
  running(process.execPath, [program, 'monitor', ...args, '--netns', namespace.path], async (monitor) => {
    await until(
      'netloom to join the group',
      () => hasJoined(namespace, monitor.child.pid ?? 0, protocol, group) || undefined,
    )
    await use(monitor)
  })

/** Creates the bridge `probe`, and changes it until the monitor compares it: then it knows the state of the namespace. */
export async function comparing(
  namespace: Pick<Namespace, 'ip'>,
  { child, errors, lines }: Running,
  prefix = '',
): Promise<void> {
  namespace.ip('link', 'add', 'probe', 'up', 'type', 'bridge')
  let mtu = 1000
  await until('netloom to compare', () => {
    if (child.exitCode !== null) throw new Error(`netloom has ended: ${errors()}`)
    namespace.ip('link', 'set', 'probe', 'mtu', ++mtu)
    return lines().some((line) => line.includes(`${prefix}~ link   probe`)) || undefined
  })
}

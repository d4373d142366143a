import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Namespace } from './netns.js'
import { unpackedCommand, unpackedFolder } from './unpacked.js'

/** The ethtools of Debian that `npm test` unpacks into .cache/, with the paths of the program. */
const programs = { bookworm: 'sbin/ethtool', sid: 'usr/sbin/ethtool' } as const
export type EthtoolSuite = keyof typeof programs
export const ethtoolSuites = Object.keys(programs) as EthtoolSuite[]

const folderOf = (suite: EthtoolSuite) => unpackedFolder(`ethtool-${suite}`)

export const haveEthtool = (): boolean =>
  ethtoolSuites.every((suite) => existsSync(join(folderOf(suite), programs[suite])))

/** Returns the command of a suite's ethtool, with the C library and the libraries that it was unpacked with. */
export const ethtoolCommand = (suite: EthtoolSuite, ...args: readonly string[]) =>
  unpackedCommand(folderOf(suite), programs[suite], args)

/** Output and status of a run of ethtool. */
export interface EthtoolRun {
  readonly output: string
  /** Its complaints. */
  readonly complaint: string
  readonly status: number | null
}

/** Runs ethtool in a namespace. It may fail. */
export function ethtool(namespace: Namespace, args: readonly string[], suite: EthtoolSuite = 'sid'): EthtoolRun {
  const command = ['netns', 'exec', namespace.name, ...ethtoolCommand(suite, ...args)]
  const { stdout, stderr, status } = spawnSync('ip', command, { encoding: 'utf8' })
  return { output: stdout, complaint: stderr, status }
}

// biome-ignore lint/suspicious/noExplicitAny: ethtool's JSON is as it is; the tests look at single members
type Json = any

/** Returns the first object of ethtool's JSON; undefined if the driver does not support the request. */
export function ethtoolJson(namespace: Namespace, args: readonly string[], suite?: EthtoolSuite): Json {
  const { output } = ethtool(namespace, ['--json', ...args], suite)
  const [object] = output.trim() === '' ? [] : (JSON.parse(output) as Json[])
  return object === undefined || Object.keys(object).length === 0 ? undefined : object
}

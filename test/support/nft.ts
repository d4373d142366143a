import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Namespace } from './netns.js'
import { unpackedCommand, unpackedFolder } from './unpacked.js'

/** The suites of Debian whose nft `npm test` unpacks into .cache/. */
export const nftSuites = ['bookworm', 'sid'] as const
export type NftSuite = (typeof nftSuites)[number]

const folderOf = (suite: NftSuite) => unpackedFolder(`nft-${suite}`)

export const haveNft = (): boolean => nftSuites.every((suite) => existsSync(join(folderOf(suite), 'usr/sbin/nft')))

/** Returns the command of a suite's nft, with the C library and the libraries that it was unpacked with. */
export const nftCommand = (suite: NftSuite, ...args: string[]) => unpackedCommand(folderOf(suite), 'usr/sbin/nft', args)

/** Runs nft in a namespace with commands on its standard input, and returns what it prints. */
export function nft(namespace: Namespace, suite: NftSuite, args: readonly string[], input = ''): string {
  const command = ['netns', 'exec', namespace.name, ...nftCommand(suite, ...args)]
  // nft prints times in the local time zone, and the library in UTC.
  const env = { ...process.env, TZ: 'UTC' }
  return execFileSync('ip', command, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'], env })
}

type Json = Readonly<Record<string, unknown>>

/** Members that differ between namespaces. */
const volatile = new Set(['handle', 'expires', 'metainfo'])

function lasting(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lasting)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([key]) => !volatile.has(key))
  return Object.fromEntries(members.map(([key, member]) => [key, lasting(member)]))
}

/** Returns what nft lists of each table, without what differs between namespaces. */
export function listedRuleset(namespace: Namespace, suite: NftSuite): Map<string, string[]> {
  const { nftables } = JSON.parse(nft(namespace, suite, ['-j', 'list', 'ruleset'])) as { nftables: Json[] }
  const tables = new Map<string, string[]>()
  for (const each of nftables) {
    const [[kind = '', object] = []] = Object.entries(each) as [string, Json][]
    const table = String(kind === 'table' ? object?.name : object?.table)
    tables.set(table, [...(tables.get(table) ?? []), JSON.stringify(lasting(each))])
  }
  return tables
}

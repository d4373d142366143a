import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Namespace } from './netns.js'
import { unpackedCommand, unpackedFolder } from './unpacked.js'

const folder = unpackedFolder('ipset-bookworm')
const program = 'usr/sbin/ipset'

export const haveIpset = (): boolean => existsSync(join(folder, program))

/** Runs ipset in a namespace, and returns what it prints. */
export function ipset(namespace: Namespace, args: readonly string[], input = ''): string {
  const command = ['netns', 'exec', namespace.name, ...unpackedCommand(folder, program, args)]
  return execFileSync('ip', command, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'] })
}

/** Members of a set or an entry, as ipset prints them in XML. Options without a value are `true`. */
type Members = Readonly<Record<string, string | true>>

/** A set, as ipset lists it. */
export interface ListedSet {
  readonly name: string
  readonly header: Members
  readonly entries: readonly Members[]
}

const plain = (text: string) => text.replace(/^"|"$/g, '').replaceAll('&lt;', '<').replaceAll('&amp;', '&')

const membersOf = (xml: string): Members =>
  Object.fromEntries(
    [...xml.matchAll(/<(\w+)(?:\/>|>([^<]*)<\/\1>)/g)].map(([, key = '', value]) => [
      key,
      value === undefined ? true : plain(value),
    ]),
  )

/** Returns the sets that ipset lists, in the kernel's order. */
export function listedSets(namespace: Namespace): ListedSet[] {
  const xml = ipset(namespace, ['list', '-o', 'xml'])
  return [...xml.matchAll(/<ipset name="([^"]*)">([\s\S]*?)<\/ipset>/g)].map(([, name = '', content = '']) => ({
    name,
    header: membersOf(content.split('<members>')[0] ?? ''),
    entries: [...content.matchAll(/<member>(.*)<\/member>/g)].map(([, member = '']) => membersOf(member)),
  }))
}

/** Members that differ between namespaces: the start of the hash function, and what it determines. */
const volatile = new Set(['initval', 'memsize'])

/** Returns the members without what differs between namespaces. The rest of a timeout is rounded up to whole tens of seconds. */
const lasting = (members: Members): string =>
  JSON.stringify(
    Object.entries(members)
      .filter(([key]) => !volatile.has(key))
      .map(([key, value]) => [key, key === 'timeout' ? Math.ceil(Number(value) / 10) * 10 : value]),
  )

/** Returns the sets that ipset lists without what differs between namespaces, entries of hashes sorted. */
export const lastingSets = (namespace: Namespace): string[] =>
  listedSets(namespace).map(({ name, header, entries }) => {
    const lines = entries.map(lasting)
    return [name, lasting(header), ...(header.type === 'list:set' ? lines : lines.sort())].join('\n')
  })

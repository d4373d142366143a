import { readdirSync, readFileSync } from 'node:fs'
import { type DissectedCapture, type DissectedMessage, dissectCapture } from '@netloom/netlink/dissect'
import './built.js'

const folder = new URL('../captures/', import.meta.url)

/** Names of the recorded captures in test/captures, without `.pcap`. */
export const captureNames: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.pcap'))
  .map((file) => file.slice(0, -'.pcap'.length))
  .sort()

/** Returns the bytes of a file in test/captures. */
export const captureFile = (file: string): Buffer => readFileSync(new URL(file, folder))

const read = new Map<string, readonly DissectedCapture[]>()

/** Returns the datagrams of a capture. Each capture is read only once. */
export function captureOf(name: string): readonly DissectedCapture[] {
  const datagrams = read.get(name) ?? [...dissectCapture(captureFile(`${name}.pcap`))]
  read.set(name, datagrams)
  return datagrams
}

/** Returns the messages of a capture in order, all of them or those of the given types. */
export const messagesOf = (name: string, ...types: string[]): DissectedMessage[] =>
  captureOf(name)
    .flatMap(({ messages }) => messages)
    .filter(({ type }) => types.length === 0 || types.includes(type))

/** Returns the output of a program that was printed during the recording: `oracle('01-vlan', 'link')` is `01-vlan.link.json`. */
// biome-ignore lint/suspicious/noExplicitAny: the JSON of other programs is as it is; the tests look at single members
export const oracle = (name: string, what: string): any => JSON.parse(captureFile(`${name}.${what}.json`).toString())

const unknownKey = /^\?\d+$/

/**
 * Returns the paths of attributes that have no row, e.g. `RTM_NEWLINK linkinfo.data.?44`. A message whose whole payload is raw
 * gives `TYPE raw`.
 */
export function unknownIn({ type, value }: DissectedMessage): string[] {
  if (value instanceof Uint8Array) return value.length === 0 ? [] : [`${type} raw`]
  const found: string[] = []
  const walk = (inner: unknown, path: readonly string[]) => {
    if (typeof inner !== 'object' || inner === null || inner instanceof Uint8Array) return
    for (const [key, member] of Object.entries(inner)) {
      const way = key === 'attrs' || Array.isArray(inner) ? path : [...path, key]
      if (unknownKey.test(key) && Array.isArray(member)) {
        for (const _ of member) found.push(`${type} ${way.join('.')}`)
      } else walk(member, way)
    }
  }
  walk(value, [])
  return found
}

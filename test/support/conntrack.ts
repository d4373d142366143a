import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Conntrack, ConntrackTuple } from '@netloom/netlink'
import type { Namespace } from './netns.js'
import { unpackedCommand, unpackedFolder } from './unpacked.js'

const folder = unpackedFolder('conntrack-sid')
const program = 'usr/sbin/conntrack'

/** True if an earlier `npm test` unpacked conntrack into .cache/. */
export const haveConntrack = (): boolean => existsSync(join(folder, program))

/** Returns the command of conntrack. */
export const conntrackCommand = (...args: string[]): string[] => unpackedCommand(folder, program, args)

/** Runs conntrack in a namespace, and returns what it prints. */
export function conntrack(namespace: Pick<Namespace, 'name'>, ...args: string[]): string {
  const command = ['netns', 'exec', namespace.name, ...conntrackCommand(...args)]
  return execFileSync('ip', command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** A connection in the members of a line of conntrack. */
export type ConntrackLine = Readonly<Record<string, unknown>>

/** The names of a direction's members, in conntrack's order. */
const members = [
  'src',
  'dst',
  'sport',
  'dport',
  'srckey',
  'dstkey',
  'type',
  'code',
  'id',
  'zone-orig',
  'zone-reply',
  'packets',
  'bytes',
]

/** Parses a line that conntrack prints with `-o extended,id`. The timeout and the state have no names. */
export function parseLine(text: string): ConntrackLine {
  const [family, , protocol, , ...words] = text
    .trim()
    .replace(/^\[\w+\]\s*/, '')
    .split(/\s+/)
  const line: Record<string, unknown> = { family, protocol, flags: [], original: {}, reply: {} }
  let seen = 0
  for (const word of words) {
    const [, name = '', value = ''] = /^([\w-]+)=(.*)$/.exec(word) ?? []
    if (name === 'src') seen++
    const direction = line[seen === 1 ? 'original' : 'reply'] as Record<string, string>
    if (/^\d+$/.test(word)) line.timeout = Number(word)
    else if (/^\[.*\]$/.test(word)) (line.flags as string[]).push(word.slice(1, -1))
    else if (name === '') line.state = word
    else if (members.includes(name) && direction[name] === undefined && !(name === 'id' && !('type' in direction)))
      direction[name] = value
    else line[name] = value
  }
  return line
}

/** Returns the connections that conntrack lists. */
export const conntrackList = (namespace: Pick<Namespace, 'name'>, ...args: string[]): ConntrackLine[] =>
  conntrack(namespace, '-L', '-o', 'extended,id,labels', ...args)
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine)

const numberOfType: Readonly<Record<string, number>> = { echo: 8, echoreply: 0, echo_request: 128, echo_reply: 129 }

/** Returns the members of a tuple by conntrack's names. */
function tupleLine(
  tuple: ConntrackTuple,
  protocol: string,
  zone: string,
  counters?: { packets: bigint; bytes: bigint },
) {
  const [sport, dport] = protocol === 'gre' ? ['srckey', 'dstkey'] : ['sport', 'dport']
  const key = (port: number | undefined) => (protocol === 'gre' && port !== undefined ? `0x${port.toString(16)}` : port)
  const type = tuple.icmpType === undefined ? undefined : (numberOfType[tuple.icmpType] ?? tuple.icmpType)
  const all = {
    ...{ src: tuple.src, dst: tuple.dst, [sport]: key(tuple.sport), [dport]: key(tuple.dport) },
    ...{ type, code: tuple.icmpCode, id: tuple.icmpId, [zone]: tuple.zone },
    ...{ packets: counters?.packets, bytes: counters?.bytes },
  }
  const given = Object.entries(all).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}

/** Returns a connection in the members of a line of conntrack. */
export function lineOf(connection: Conntrack): ConntrackLine {
  const { protocol, state, timeout, status, mark, zone, helper, use, id, counters, start, secctx } = connection
  const has = (flag: string) => (status as readonly string[]).includes(flag)
  const flags = [
    ...(has('SEEN_REPLY') ? [] : ['UNREPLIED']),
    ...(has('ASSURED') ? ['ASSURED'] : []),
    ...(has('OFFLOAD') ? ['OFFLOAD'] : []),
  ]
  const others = { mark, zone: zone || undefined, helper, use, id, secctx, start: start && undefined }
  return {
    family: connection.family === 'inet' ? 'ipv4' : 'ipv6',
    ...{ protocol: String(protocol), flags },
    original: tupleLine(connection.original, String(protocol), 'zone-orig', counters?.original),
    reply: tupleLine(connection.reply, String(protocol), 'zone-reply', counters?.reply),
    ...(timeout !== undefined && { timeout }),
    ...(state !== undefined && { state: String(state).toUpperCase() }),
    ...Object.fromEntries(
      Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
    ),
  }
}

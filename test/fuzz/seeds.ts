import { readdirSync, readFileSync } from 'node:fs'
import { type CapturedDatagram, readCapture } from '@netloom/netlink/capture'
import { align, type Declaration } from '@netloom/netlink/codec'
import { dissector } from '../../packages/netlink/dist/dissect/index.js'
import { identify, isControl, learntNothing } from '../../packages/netlink/dist/dissect/known.js'
import { nlmsghdr } from '../../packages/netlink/dist/message/index.js'
import { partsOf } from './parts.js'

/** The payload of a recorded message, and what reads it. */
export interface Seed {
  /** `RTM_NEWLINK` */
  readonly name: string
  readonly declaration: Declaration<unknown>
  /** How long the fixed header is, behind which the attributes begin. */
  readonly header: number
  readonly bytes: Buffer
}

const folder = new URL('../captures/', import.meta.url)

/** Longer ones are more of the same, and slow. */
const LONGEST = 1600
/** Of one kind of message and capture. */
const MOST = 8

const capturesIn = (where: URL) =>
  readdirSync(where, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.pcap(ng)?$/.test(name))
    .sort()

/** All datagrams of a capture. */
export const datagramsOf = (file: string): CapturedDatagram[] => [...readCapture(readFileSync(new URL(file, folder)))]

/** The names of all captures. */
export const captures: readonly string[] = capturesIn(folder)

/** How long the fixed header of a message is. */
const headerSize = (declaration: Declaration<unknown>) => align(partsOf(declaration).header?.size ?? 0)

function* seedsOf(file: string): Generator<Seed> {
  const reader = dissector()
  const counts = new Map<string, number>()
  for (const datagram of datagramsOf(file)) {
    for (const message of reader.dissect(datagram).messages) {
      const { type, header, toKernel, bytes } = message
      const key = `${type} ${toKernel}`
      const count = counts.get(key) ?? 0
      if (header === undefined || isControl(header.type) || bytes.length > LONGEST || count === MOST) continue
      const place = {
        protocol: datagram.protocol,
        toKernel,
        type: header.type,
        bytes,
        start: nlmsghdr.size,
        end: bytes.length,
      }
      const [declaration] = identify(place, learntNothing(reader.families)).declarations
      if (declaration.name === 'bytes') continue
      counts.set(key, count + 1)
      const payload = Buffer.from(bytes.subarray(nlmsghdr.size))
      yield { name: type, declaration, header: headerSize(declaration), bytes: payload }
    }
  }
}

/** What the fuzzers begin with: of every capture some messages of each kind, none twice. */
export function recordedSeeds(): Seed[] {
  const seeds = new Map<string, Seed>()
  for (const file of captures) {
    for (const seed of seedsOf(file)) seeds.set(`${seed.name} ${seed.bytes.toString('base64')}`, seed)
  }
  return [...seeds.values()]
}

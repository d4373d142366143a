import { readdirSync, readFileSync } from 'node:fs'
import { type CapturedDatagram, readCapture } from '@netloom/netlink/capture'
import { align, type Declaration } from '@netloom/netlink/codec'
import { dissector } from '../../packages/netlink/dist/dissect/index.js'
import { identify, isControl, newCaptureState } from '../../packages/netlink/dist/dissect/known.js'
import { nlmsghdr } from '../../packages/netlink/dist/message/index.js'
import { headerSize } from './parts.js'

/** Payload of a recorded message, and its declaration. */
export interface Seed {
  /** For example `RTM_NEWLINK`. */
  readonly name: string
  readonly declaration: Declaration<unknown>
  /** Size in bytes of the fixed header, after which the attributes begin. */
  readonly header: number
  readonly bytes: Buffer
}

const folder = new URL('../captures/', import.meta.url)

/** Longest message in bytes. Longer ones add nothing new, and are slow. */
const LONGEST = 1600
/** Largest number of messages of one kind per capture. */
const MOST = 8

const capturesIn = (where: URL) =>
  readdirSync(where, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.pcap(ng)?$/.test(name))
    .sort()

/** Returns all datagrams of a capture. */
export const datagramsOf = (file: string): CapturedDatagram[] => [...readCapture(readFileSync(new URL(file, folder)))]

/** File names of all captures. */
export const captures: readonly string[] = capturesIn(folder)

function* seedsOf(file: string): Generator<Seed> {
  const reader = dissector()
  const counts = new Map<string, number>()
  for (const datagram of datagramsOf(file)) {
    const { order, messages } = reader.dissect(datagram)
    for (const message of messages) {
      const { type, header, toKernel, bytes } = message
      const key = `${type} ${toKernel}`
      const count = counts.get(key) ?? 0
      if (header === undefined || isControl(datagram.protocol, header.type) || bytes.length > LONGEST || count === MOST)
        continue
      const context = {
        protocol: datagram.protocol,
        toKernel,
        type: header.type,
        bytes,
        start: nlmsghdr.size,
        end: bytes.length,
      }
      const reading = { order, state: newCaptureState(reader.families) }
      const [declaration] = identify(context, reading).declarations
      if (declaration.name === 'bytes') continue
      counts.set(key, count + 1)
      const payload = Buffer.from(bytes.subarray(nlmsghdr.size))
      yield { name: type, declaration, header: align(headerSize(declaration)), bytes: payload }
    }
  }
}

/** Returns the seeds: some messages of each kind from every capture, without duplicates. */
export function recordedSeeds(): Seed[] {
  const seeds = new Map<string, Seed>()
  for (const file of captures) {
    for (const seed of seedsOf(file)) seeds.set(`${seed.name} ${seed.bytes.toString('base64')}`, seed)
  }
  return [...seeds.values()]
}

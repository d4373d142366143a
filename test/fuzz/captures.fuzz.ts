import type { CapturedDatagram } from '@netloom/netlink/capture'
import { hostOrder } from '@netloom/netlink/codec'
import fc from 'fast-check'
import { dissector, toJson } from '../../packages/netlink/dist/dissect/index.js'
import { property } from '../support/fuzz.js'
import { reasonOf, survives } from './invariants.js'
import { type Change, KINDS, mutated, poolOf, STRUCTURAL } from './mutate.js'
import { reduced } from './reduce.js'
import { captures, datagramsOf, recordedSeeds } from './seeds.js'

const seeds = recordedSeeds()
const pool = poolOf(seeds)

interface Case {
  readonly index: number
  readonly changes: readonly Change[]
}

const changes = (from: number, below: number, maxLength: number): fc.Arbitrary<Change[]> =>
  fc.array(fc.tuple(fc.integer({ min: from, max: below - 1 }), fc.nat(0xffff), fc.nat(0xffff)), {
    minLength: 1,
    maxLength,
  })

const seedOf = ({ index }: Case) => {
  const seed = seeds[index]
  if (seed === undefined) throw new TypeError(`expected one of ${seeds.length} seeds, got ${index}`)
  return seed
}

function changedMessages(name: string, from: number, below: number, maxLength: number) {
  const bytesOf = (each: Case) => mutated(seedOf(each), each.changes, pool)
  return property<Case>({
    name,
    arbitrary: fc.record({ index: fc.nat(seeds.length - 1), changes: changes(from, below, maxLength) }),
    check: (each) => void survives(seedOf(each).declaration, bytesOf(each)),
    explain(each) {
      const { name, declaration, header } = seedOf(each)
      const bytes = bytesOf(each)
      const reason = reasonOf(declaration, bytes)
      const shortest = reduced(bytes, header, (fewer) => reasonOf(declaration, fewer) === reason)
      return `${name} ${bytes.toString('hex')}\nreduced to: ${shortest.toString('hex')}`
    },
  })
}

interface DatagramCase {
  readonly file: number
  readonly index: number
  readonly changes: readonly Change[]
}

/** The first datagrams of each capture, in order, because a dissector learns from what it has seen. */
const recorded = captures.map((file) =>
  datagramsOf(file)
    .filter(({ bytes }) => bytes.length < 4000)
    .slice(0, 100),
)

/** Returns the changed datagram, preceded by up to two unchanged ones. */
function datagramsOfCase({ file, index, changes }: DatagramCase): CapturedDatagram[] {
  const datagrams = recorded[file] ?? []
  const at = index % (datagrams.length || 1)
  const last = datagrams[at]
  if (last === undefined) return []
  // Changes the first message. That can move the messages after it.
  const bytes = mutated({ bytes: last.bytes, header: Math.min(last.bytes.length, 16 + 16) }, changes, pool)
  return [...datagrams.slice(Math.max(0, at - 2), at), { ...last, bytes }]
}

const dissected = property<DatagramCase>({
  name: 'the dissector survives changed datagrams',
  arbitrary: fc.record({
    file: fc.nat(captures.length - 1),
    index: fc.nat(99),
    changes: changes(0, KINDS, 4),
  }),
  check(each) {
    const reader = dissector()
    for (const datagram of datagramsOfCase(each)) {
      const read = reader.dissect(datagram)
      for (const message of read.messages) JSON.stringify(toJson(message.value))
      if (!read.encode().equals(datagram.bytes)) throw new Error('encoding the datagram again gives different bytes')
    }
  },
  explain: (each) =>
    datagramsOfCase(each)
      .map(
        ({ protocol, packetType, bytes }) =>
          `protocol ${protocol}, packet type ${packetType}: ${bytes.toString('hex')}`,
      )
      .join('\n'),
})

export const share = 6

// The changes are written in little-endian order, which is that of the captures.
export const properties =
  hostOrder === 'BE'
    ? []
    : [
        changedMessages('decoding survives recorded messages with changed attributes', 0, STRUCTURAL, 4),
        changedMessages('decoding survives recorded messages with changed bytes', STRUCTURAL, KINDS, 4),
        changedMessages('decoding survives recorded messages with changed attributes and bytes', 0, KINDS, 8),
        dissected,
      ]

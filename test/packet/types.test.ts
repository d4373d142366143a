import { encodePacket, PacketError } from '@netloom/packet'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

/** Layers that the compiler and encodePacket() must reject. `npm run lint` checks the @ts-expect-error comments. */
const test = suite('types of layers')

const udp = { layer: 'udp', checksum: 0 } as const

const rejected: Readonly<Record<string, () => unknown>> = {
  // @ts-expect-error
  'an unknown layer': () => encodePacket([{ layer: 'sctp' }]),
  // @ts-expect-error
  'a member of another layer': () => encodePacket([{ layer: 'ipv4', hopLimit: 1 }, udp]),
  // @ts-expect-error an address is text
  'a number as an address': () => encodePacket([{ layer: 'ipv4', source: 1 }, udp]),
  // @ts-expect-error a bit is a boolean
  'a number as a flag': () => encodePacket([{ layer: 'ipv4', dontFragment: 1 }, udp]),
  // @ts-expect-error
  'text as a port': () => encodePacket([{ layer: 'ipv4' }, { ...udp, sourcePort: '53' }]),
  'a value of another option': () =>
    // @ts-expect-error
    encodePacket([{ layer: 'ipv4' }, { layer: 'tcp', options: [{ type: 'mss', value: 'x' }] }]),
  'an unknown option': () =>
    // @ts-expect-error options without a name have their number
    encodePacket([{ layer: 'ipv4' }, { layer: 'tcp', options: [{ type: 'fastOpen', value: new Uint8Array() }] }]),
  // @ts-expect-error
  'text as bytes': () => encodePacket([{ layer: 'payload', bytes: 'text' }]),
}

for (const [what, encode] of Object.entries(rejected)) {
  test(`${what} is refused`, () => assert.throws(encode, (error: unknown) => error instanceof PacketError))
}

test.run()

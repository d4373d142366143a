import { attributes, decode, encode, select, string, u8, u32 } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { vectors } from '../support/vectors.js'

const tun = attributes('TUN', { owner: [1, u32], persist: [2, u8] })
const info = attributes('INFO', {
  kind: [1, string],
  data: [2, select('kind', { tun, text: string })],
  colour: [3, u8],
})

const kindTun = '0800 0100 74756e00'
const kindVlan = '0900 0100 766c616e 00000000'
const colour = '0500 0300 01000000'
const owner7 = '0c00 0280  0800 0100 07000000'

vectors(info, {
  correct: [
    [{ kind: 'tun', data: { owner: 7 } }, { LE: kindTun + owner7 }],
    [{ data: { owner: 7 }, kind: 'tun' }, { LE: owner7 + kindTun }], // the selector may come later
    [{ kind: 'tun' }, { LE: kindTun }],
    [{ kind: 'text', data: 'x' }, { LE: '0900 0100 74657874 00000000  0600 0200 7800 0000' }],
    // A kind without a declaration: the data stays raw and keeps its position.
    [{ kind: 'vlan', '?2': [{ flags: 0x8000, payload: Buffer.of(1) }] }, { LE: `${kindVlan} 0500 0280 01000000` }],
    [
      { kind: 'vlan', '?2': [{ payload: Buffer.of(1) }], colour: 1 },
      { LE: `${kindVlan} 0500 0200 01000000 ${colour}` },
    ],
    [{ '?2': [{ payload: Buffer.of(1) }], colour: 1 }, { LE: `0500 0200 01000000 ${colour}` }],
    [
      { kind: 'vlan', '?2': [{ payload: Buffer.of(1) }, { payload: Buffer.of(2) }], colour: 1 },
      { LE: `${kindVlan} 0500 0200 01000000 0500 0200 02000000 ${colour}` },
    ],
    // Names that every object has are not kinds.
    [
      { kind: 'constructor', '?2': [{ payload: Buffer.of(1) }] },
      { LE: '1000 0100 636f6e7374727563746f7200  0500 0200 01000000' },
    ],
  ],
  decodes: [
    [{ LE: `${kindTun} ${owner7} 0c00 0280 0800 0100 08000000` }, { kind: 'tun', data: { owner: 8 } }],
    [{ LE: `${kindVlan} ${owner7} ${kindTun}` }, { kind: 'tun', data: { owner: 7 } }], // the last kind wins
  ],
  encodes: [[{ kind: 'vlan', data: undefined }, { LE: kindVlan }]],
  errValues: [
    { kind: 'vlan', data: {} },
    { data: { owner: 1 } },
    { kind: 'constructor', data: {} },
    { kind: 'tun', data: { vlan: 1 } },
    { kind: 'tun', data: 'x' },
    { kind: 'text', data: {} },
    { kind: 5, data: {} },
  ],
  errHex: [[{ LE: `${kindTun} 0900 0280 0500 0100 07` }, 'INFO_DATA > TUN_OWNER: expected u32 (4 bytes), got 1 byte']],
})

const test = suite('select()')

test('an unknown kind with data is an error that lists the known kinds', () => {
  assert.throws(
    () => encode(info, { kind: 'vlan', data: {} } as never),
    (error: Error) => error.message === `INFO_DATA: expected 'kind' next to it to be one of tun, text, got "vlan"`,
  )
  assert.throws(
    () => encode(info, { data: {} } as never),
    (error: Error) => error.message === `INFO_DATA: expected 'kind' next to it to be one of tun, text, got undefined`,
  )
})

test('keys keep their order, also with an unknown kind', () => {
  const bytes = Buffer.from(`${kindVlan}${owner7}${colour}`.replace(/\s/g, ''), 'hex')
  assert.equal(Object.keys(decode(info, bytes, { order: 'LE' })), ['kind', '?2', 'colour'])
})

test('select() outside of a row is an error', () => {
  assert.throws(() => decode(select('kind', { tun }), Buffer.of()), /belongs in a row/)
})

test.run()

import {
  atLeast,
  atMost,
  attributes,
  type Declaration,
  DecodeError,
  decode,
  encode,
  ipv4,
  u32,
} from '@netloom/netlink/codec'
import { ipvsMessage } from '@netloom/netlink/generic'
import { conntrackMessage } from '@netloom/netlink/netfilter'
import { linkMessage, tfilterMessage } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

/** Payloads whose length differs from the declared one and is accepted by the kernel's policies. */
const test = suite('lengths of payloads')

const hex = (text: string) => Buffer.from(text.replace(/\s+/g, ''), 'hex')

/** Decodes little-endian bytes and checks that they round-trip. */
function read<T>(declaration: Declaration<T>, bytes: Buffer): T {
  const options = { order: 'LE', lossless: true } as const
  const value = decode(declaration, bytes, options)
  assert.is(encode(declaration, value as never, options).toString('hex'), bytes.toString('hex'))
  assert.equal(decode(declaration, bytes, { order: 'LE' }), value)
  return value
}

const destination = (address: string) =>
  hex(
    `05010000 ${length(4 + address.length / 2 + 8)} 0280  ${length(address.length / 2)} 0100 ${address}  0600 0b00 0200 0000`,
  )
const length = (payload: number) => `${(4 + payload).toString(16).padStart(2, '0')}00`

for (const [bytes, addr] of [
  ['0a000001', '10.0.0.1'],
  ['0a00000100000000', '10.0.0.1'],
  ['0a000001000000000000000000000000', '10.0.0.1'],
] as const) {
  test(`IPVS_CMD_NEW_DEST accepts an address of ${bytes.length / 2} bytes`, () => {
    const { attrs } = read(ipvsMessage, destination(bytes))
    assert.is(attrs.dest?.addr, addr)
    assert.is(attrs.dest?.addrFamily, 2)
  })
}

test('a changed value is written with its full length', () => {
  const value = decode(ipvsMessage, destination('0a000001'), { order: 'LE', lossless: true })
  if (value.attrs.dest?.addrFamily === 2) value.attrs.dest.addr = '10.0.0.2'
  const written = encode(ipvsMessage, value, { order: 'LE', lossless: true })
  assert.ok(written.includes(hex('1400 0100 0a000002 00000000 00000000 00000000')))
})

test('link kinds, filters and conntrack accept more bytes than the kernel reads', () => {
  const data = (kind: string, attribute: string) => {
    const info = `${length(kind.length)} 0100 ${Buffer.from(kind)
      .toString('hex')
      .padEnd(Math.ceil(kind.length / 4) * 8, '0')}`
    const body = hex(`${info} ${length(attribute.replace(/\s/g, '').length / 2)} 0280 ${attribute}`)
    return hex(`${'00'.repeat(16)} ${length(body.length)} 1280 ${body.toString('hex')}`)
  }
  // IFLA_VXLAN_LOCAL of 8 bytes
  const vxlan = read(linkMessage, data('vxlan', '0c00 0400 0a000001 dddddddd')).attrs.linkinfo
  assert.equal(vxlan?.kind === 'vxlan' && vxlan.data?.local, '10.0.0.1')
  // TCA_FLOWER_KEY_ETH_DST of 8 bytes
  const flower = hex(`${'00'.repeat(20)} 0b00 0100 666c6f77657200 00 1000 0280 0c00 0400 020000000001 dddd`)
  const { attrs } = read(tfilterMessage, flower)
  assert.equal(attrs.kind === 'flower' && attrs.options?.keyEthDst, '02:00:00:00:00:01')
  // CTA_IP_V6_SRC of 20 bytes
  const tuple = hex(`0a000000 2000 0180 1c00 0180 1800 0300 20010db8 00000000 00000000 00000001 dddddddd`)
  assert.is(read(conntrackMessage, tuple).attrs.tupleOrig?.ip?.v6Src, '2001:db8::1')
})

test('atLeast() accepts longer payloads, and atMost() shorter ones', () => {
  const set = attributes('X', { least: [1, atLeast(ipv4)], most: [2, atMost(u32)], exact: [3, ipv4] })
  const one = (type: number, payload: string) =>
    hex(`${length(payload.length / 2)} 0${type}00 ${payload.padEnd(Math.ceil(payload.length / 8) * 8, '0')}`)
  assert.equal(read(set, one(1, '0a00000102')), { least: '10.0.0.1' })
  assert.equal(read(set, one(2, '0102')), { most: 0x0201 })
  assert.equal(read(set, one(2, '')), { most: 0 })
  for (const bytes of [one(1, '0a0000'), one(2, '0102030405'), one(3, '0a00000102')])
    assert.throws(
      () => decode(set, bytes, { order: 'LE' }),
      (error: unknown) => error instanceof DecodeError,
    )
})

test.run()

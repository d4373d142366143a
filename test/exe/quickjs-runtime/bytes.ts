import { isUtf8 } from 'node:buffer'
import { type Cases, outcome } from './cases.js'

const texts = [
  '',
  'plain',
  'gr\u00fc\u00df',
  '\u20ac',
  '\u{1f600}!',
  'a\0b',
  '\ud83d',
  '\ude00x',
  'x\ud83dy',
  '\ufeffbom',
  '\uffff',
]

/** Malformed UTF-8 of every kind, in hexadecimal. */
const malformed = [
  '80',
  'bf',
  'c0',
  'c080',
  'c1bf',
  'c2',
  'c241',
  'c2c2a9',
  'e0',
  'e080',
  'e09f80',
  'e0a0',
  'e0a041',
  'e28282',
  'e282',
  'e28241',
  'e2e282ac',
  'ed9fbf',
  'eda080',
  'edbfbf',
  'ee8080',
  'efbfbf',
  'f0',
  'f08080',
  'f08f8080',
  'f09080',
  'f0908080',
  'f09f98',
  'f09f9841',
  'f09f',
  'f48fbfbf',
  'f4908080',
  'f5808080',
  'f8888080',
  'fe',
  'ff',
  'fffe',
  '41ff42',
  '4180e282ac80',
  'efbbbf41',
  '00',
  '4100c3',
]

const bytes = (hex: string) => Buffer.from(hex, 'hex')
const hexOf = (buffer: Uint8Array) => Buffer.from(buffer).toString('hex')

const integers = [
  'UInt8',
  'Int8',
  ...['UInt16', 'Int16', 'UInt32', 'Int32'].flatMap((kind) => [`${kind}LE`, `${kind}BE`]),
]
const values = [
  0, 1, -1, 127, 128, -128, -129, 255, 256, 32767, 32768, -32768, 65535, 65536, 2147483647, 2147483648, -2147483648,
  4294967295, 4294967296,
]

type Method = 'readUInt8' | 'writeUInt8'

function readAll(name: string) {
  const from = bytes('00ff807f0180fffe12345678')
  return Array.from({ length: from.length + 2 }, (_, at) => outcome(() => from[`read${name}` as Method](at - 1)))
}

function writeAll(name: string) {
  return values.map((value) => {
    const to = Buffer.alloc(6)
    const next = outcome(() => to[`write${name}` as Method](value, 1))
    return [value, isRange(next) ? 'out of range' : next, to.toString('hex')]
  })
}

/** True for a RangeError. Its message is not compared: Node's is longer. */
const isRange = (result: unknown) => (result as { name?: string } | undefined)?.name === 'RangeError'

const readable = (name: string) => readAll(name).map((result) => (isRange(result) ? 'out of range' : result))

export const byteCases: Cases = {
  'text to bytes': () => texts.map((text) => [Buffer.from(text).toString('hex'), Buffer.byteLength(text)]),
  'bytes to text': () => malformed.map((hex) => [hex, bytes(hex).toString(), isUtf8(bytes(hex))]),
  'every two bytes to text': () => {
    let sum = 0
    for (let pair = 0; pair < 65536; pair++) {
      const text = Buffer.from([pair >> 8, pair & 255]).toString()
      for (let at = 0; at < text.length; at++) sum = (sum * 31 + text.charCodeAt(at)) % 1000000007
    }
    return sum
  },
  'some of the bytes to text': () => [
    bytes('4142434445').toString('utf8', 1, 3),
    bytes('41c3a94445').toString('latin1', 1, 4),
    bytes('41c3a94445').toString('hex', 2),
    bytes('41424344').toString('utf8', 2, 2),
  ],
  latin1: () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, at) => at))
    const text = all.toString('latin1')
    return [text, hexOf(Buffer.from(text, 'latin1')), hexOf(Buffer.from('\u20ac\u{1f600}', 'latin1'))]
  },
  hex: () => ['', '0', '00', 'fF0a', '12x4', 'xyz', '123'].map((text) => hexOf(Buffer.from(text, 'hex'))),
  'an unknown encoding': () => outcome(() => Buffer.from('x').toString('rot13' as 'hex')),
  concat: () => [
    hexOf(Buffer.concat([])),
    hexOf(Buffer.concat([bytes('01'), bytes(''), bytes('0203')])),
    hexOf(Buffer.concat([bytes('0102'), bytes('0304')], 3)),
    hexOf(Buffer.concat([bytes('01')], 3)),
  ],
  compare: () =>
    ['', '00', '01', '0100', 'ff', '01ff'].map((one) =>
      ['', '00', '01', '0100', 'ff', '01ff'].map((other) => [
        Buffer.compare(bytes(one), bytes(other)),
        bytes(one).equals(bytes(other)),
      ]),
    ),
  copy: () => {
    const to = Buffer.alloc(4)
    return [bytes('0102030405').copy(to, 1, 1), to.toString('hex'), bytes('0909').copy(to), to.toString('hex')]
  },
  'views share their bytes': () => {
    const whole = Buffer.alloc(4)
    whole.subarray(1, 3).fill(7)
    whole.slice(3).fill(9)
    Buffer.from(whole.buffer, whole.byteOffset, 1).fill(5)
    return [whole.toString('hex'), whole.subarray(-2).toString('hex')]
  },
  'a copy does not share bytes': () => {
    const from = bytes('0102')
    const copy = Buffer.from(from)
    from.fill(0)
    return copy.toString('hex')
  },
  ...Object.fromEntries(integers.map((name) => [`read${name}`, () => readable(name)])),
  ...Object.fromEntries(integers.map((name) => [`write${name}`, () => writeAll(name)])),
}

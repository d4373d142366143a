import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PACKET, readCapture, writePcap } from '@netloom/netlink/capture'
import { DecodeError, EncodeError, hostOrder } from '@netloom/netlink/codec'
import { plainText } from '@netloom/netlink/inspect'
import fc from 'fast-check'
import type { Printer } from '../../packages/netlink/dist/cli/command.js'
import { decode } from '../../packages/netlink/dist/cli/decode.js'
import { captureFile } from '../support/captures.js'
import { property } from '../support/fuzz.js'
import { netlinkPacket, pcapng } from '../support/pcapng.js'

/** Returns small files: pcap and pcapng, each in both byte orders. */
function seedsOf(): Buffer[] {
  const datagrams = [...readCapture(captureFile('generic.pcap'))].filter(({ bytes }) => bytes.length < 100).slice(0, 4)
  const ng = (['LE', 'BE'] as const).map((order) => {
    const file = pcapng(order)
    const packets = datagrams.map(({ protocol, bytes }) => netlinkPacket(PACKET.OUTGOING, protocol, bytes))
    return Buffer.concat([
      file.section(),
      file.interface(253, 0, file.option(9, Buffer.of(9)), file.option(14, file.i64(1_700_000_000n))),
      file.interface(253, 65535),
      ...packets.map((packet, index) => file.enhanced(index & 1, 1_700_000_000_000_000n, packet)),
      file.simple(packets[0]?.length ?? 0, packets[0] ?? Buffer.of()),
      file.obsolete(1, 5n, packets[0] ?? Buffer.of()),
    ])
  })
  return [writePcap(datagrams, 'LE'), writePcap(datagrams, 'BE'), ...ng]
}

const seeds = seedsOf()

/** Numbers that may cause overflows, and the magic numbers of the file formats. */
const numbers = [0, 1, 2, 3, 4, 6, 9, 14, 127, 128, 252, 253, 255, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff]
const magics = [0xa1b2c3d4, 0xa1b23c4d, 0x0a0d0d0a, 0x1a2b3c4d]

const changeArbitrary = fc.record({
  kind: fc.constantFrom('number', 'byte', 'cut', 'repeat', 'remove'),
  // Most errors are possible in the headers, at the beginning.
  at: fc.oneof(fc.nat(160), fc.nat(1000)),
  size: fc.constantFrom(1, 2, 4, 8),
  value: fc.oneof(fc.constantFrom(...numbers, ...magics), fc.nat(0xffffffff)),
  order: fc.constantFrom('LE', 'BE'),
})

type Change = typeof changeArbitrary extends fc.Arbitrary<infer T> ? T : never

function changed(file: Buffer, { kind, at: position, size, value, order }: Change): Buffer {
  const at = position % (file.length + 1)
  const part = file.subarray(at, at + size)
  switch (kind) {
    case 'cut':
      return file.subarray(0, at)
    case 'repeat':
      return Buffer.concat([file.subarray(0, at), part, file.subarray(at)])
    case 'remove':
      return Buffer.concat([file.subarray(0, at), file.subarray(at + size)])
    default: {
      const number = Buffer.alloc(8)
      if (order === 'LE') number.writeBigUInt64LE(BigInt(value))
      else number.writeBigUInt64BE(BigInt(value))
      const bytes = order === 'LE' ? number.subarray(0, size) : number.subarray(8 - size)
      const result = Buffer.from(file)
      if (kind === 'byte') result.fill(value & 0xff, at, Math.min(at + 1, result.length))
      else bytes.copy(result, at)
      return result
    }
  }
}

interface Case {
  readonly seed: number
  readonly changes: readonly Change[]
}

const fileOf = ({ seed, changes }: Case): Buffer =>
  changes.reduce((file, change) => changed(file, change), seeds[seed] ?? Buffer.of())

const folder = mkdtempSync(join(tmpdir(), 'netloom-fuzz-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, 'capture')

/** Runs `netloom decode` in this process. Throws the errors that the command would report as internal ones. */
function decoded(...flags: string[]): string[] {
  const lines: string[] = []
  const out: Printer = {
    line(text) {
      lines.push(text)
    },
    flush() {},
    styled(parts) {
      this.line(plainText(parts))
    },
    lines(text) {
      lines.push(...text.trimEnd().split('\n'))
    },
    complain(text) {
      if (/\n/.test(text)) throw new Error(`expected one line, got ${text}`)
    },
  }
  const code = decode.run([path, ...flags], out)
  if (code !== 0 && code !== 1) throw new Error(`expected exit code 0 or 1, got ${code}`)
  return lines
}

/** Writes the datagrams and reads them again. Writing can fail with an EncodeError: pcap cannot represent years after 2106. */
function rewrite(file: Buffer): void {
  try {
    const datagrams = [...readCapture(file)]
    const again = [...readCapture(writePcap(datagrams))]
    if (again.length !== datagrams.length)
      throw new Error(`expected ${datagrams.length} datagrams, got ${again.length}`)
  } catch (error) {
    if (!(error instanceof DecodeError || error instanceof EncodeError)) throw error
  }
}

const commands = property<Case>({
  name: 'netloom decode survives changed capture files',
  arbitrary: fc.record({
    seed: fc.nat(seeds.length - 1),
    changes: fc.array(changeArbitrary, { minLength: 1, maxLength: 4 }),
  }),
  check(each) {
    const file = fileOf(each)
    writeFileSync(path, file)
    decoded()
    for (const line of decoded('--json')) JSON.parse(line)
    rewrite(file)
  },
  explain: (each) => fileOf(each).toString('base64'),
})

export const share = 0.1

export const properties = hostOrder === 'BE' ? [] : [commands]

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeMessage } from '@netloom/netlink'
import { PACKET, writePcapng } from '@netloom/netlink/capture'
import { encode, i32 } from '@netloom/netlink/codec'
import { rtnetlink } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decode } from '../../packages/netlink/dist/cli/decode.js'
import { runHere } from '../support/cli.js'

/** Tests what captures of traces show: iproute2's probe, and times in the kernel. */

const test = suite('views of traces')

const recorded = (name: string) => fileURLToPath(new URL(`../captures/${name}.pcap`, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'netloom-trace-view-'))
test.after(() => rmSync(folder, { recursive: true }))

for (const name of ['iplinkadd', 'kinds'] as const) {
  test(`the probe of iproute2 is not a refusal: ${name}`, async () => {
    const { lines } = await runHere(decode, recorded(name))
    const probes = lines.filter((line) => line.includes('iproute2 tests if the kernel has RTM_NEWLINK'))
    assert.ok(probes.length > 0)
    for (const line of probes) assert.match(line, / {2}probe {2}/)
    assert.not(lines.some((line) => line.includes('ENODEV')))
    const { lines: refused } = await runHere(decode, '--refused', recorded(name))
    assert.not(refused.some((line) => line.includes('probe') || line.includes('ENODEV')))
  })
}

test('the probe is faint', async () => {
  const { lines } = await runHere(decode, '--color=always', recorded('iplinkadd'))
  const [, ...codes] = (lines[0] ?? '').split('\u001b[').map((part) => part.slice(0, part.indexOf('m')))
  assert.equal(new Set(codes), new Set(['2', '0']))
})

type Header = Parameters<typeof encodeMessage>[0]

/** Returns a request for a link, and the error that answers it. */
function refused(header: Partial<Header>, index: number, error = -19): Buffer[] {
  const payload = encode(rtnetlink.messages.RTM_NEWLINK[1], { index, attrs: {} })
  const request = encodeMessage({ type: 16, flags: 5, seq: 0, pid: 0, ...header }, payload)
  const result = Buffer.concat([encode(i32, error), request])
  return [request, encodeMessage({ type: 2, flags: 0, seq: header.seq ?? 0, pid: 7 }, result)]
}

/** Writes a capture of requests and answers. `durations`: milliseconds that the system calls took. */
function capture(datagrams: readonly Buffer[], durations: readonly number[] = []): string {
  const file = join(folder, 'capture.pcapng')
  const captured = datagrams.map((bytes, index) => {
    const ms = durations[index]
    return {
      ...{ time: 1_700_000_000_000_000_000n + BigInt(index) * 1_000_000n, protocol: 0, bytes },
      packetType: index % 2 === 0 ? PACKET.OUTGOING : PACKET.HOST,
      ...(ms !== undefined && { duration: BigInt(Math.round(ms * 1e6)) }),
    }
  })
  writeFileSync(file, writePcapng(captured))
  return file
}

for (const [what, header, index] of [
  ['with a sequence number', { seq: 4 }, 0],
  ['with other flags', { flags: 0x405 }, 0],
  ['of a link', {}, 3],
  ['of another type', { type: 17 }, 0],
] as const) {
  test(`a refused request is no probe: ${what}`, async () => {
    const { lines } = await runHere(decode, '--refused', capture(refused(header, index)))
    assert.match(lines[0] ?? '', /✗ ENODEV/)
  })
}

test('a probe that the kernel refuses for lack of a capability is a probe', async () => {
  const { lines } = await runHere(decode, capture(refused({}, 0, -1)))
  assert.match(lines[0] ?? '', / probe /)
  assert.match(lines[1] ?? '', / 0 refused/)
})

test('bars are relative to the longest time so far, and short times have none', async () => {
  const of = (seq: number, type: number) => refused({ seq, type }, 3)
  const datagrams = [...of(1, 16), ...of(2, 17), ...of(3, 17), ...of(4, 16), ...of(5, 16)]
  const { lines } = await runHere(decode, capture(datagrams, [2, 0, 16, 0, 8, 0, 0.9, 0, 1, 0]))
  const bars = lines.filter((line) => line.includes('✗')).map((line) => /▇*$/.exec(line)?.[0].length)
  assert.equal(bars, [8, 8, 4, 0, 1])
  const starts = lines.filter((line) => line.includes('▇')).map((line) => line.indexOf('▇'))
  assert.is(new Set(starts).size, 1)
  assert.match(lines.at(-1) ?? '', /; 27\.9 ms in the kernel, 86 % of it: delete link\./)
})

test('without times in the kernel there are no bars', async () => {
  const { lines } = await runHere(decode, capture(refused({ seq: 1 }, 3)))
  assert.not(lines.some((line) => line.includes('▇') || line.includes('in the kernel')))
})

test.run()

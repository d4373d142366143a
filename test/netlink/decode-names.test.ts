import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeMessage } from '@netloom/netlink'
import { type CapturedDatagram, PACKET, writePcap } from '@netloom/netlink/capture'
import { encode } from '@netloom/netlink/codec'
import { NETLINK } from '@netloom/netlink/dissect'
import { rtnetlink } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decode } from '../../packages/netlink/dist/cli/decode.js'
import { runHere } from '../support/cli.js'

/** `netloom decode --names`: names of links come from the capture, and with `machine` those that it lacks from this machine. */

const test = suite('names in netloom decode')

const folder = mkdtempSync(join(tmpdir(), 'netloom-names-'))
test.after(() => rmSync(folder, { recursive: true }))

/** The index of `lo` in each network namespace. */
const LOOPBACK = 1
/** An index that no link of this machine has. */
const UNKNOWN = 0x7ffffff0

const RTM = { NEWLINK: 16, SETLINK: 19 }

function datagram(type: number, packetType: number, index: number, ifname?: string): CapturedDatagram {
  const value = { index, flags: 1, change: 1, attrs: ifname === undefined ? {} : { ifname } }
  const payload = encode(rtnetlink.messages.RTM_NEWLINK[1], value)
  const flags = packetType === PACKET.KERNEL ? 5 : 0
  const bytes = encodeMessage({ type, flags, seq: 1, pid: 0 }, payload)
  return { time: 1_700_000_000_000_000_000n, protocol: NETLINK.ROUTE, packetType, bytes }
}

const sets = [LOOPBACK, UNKNOWN].map((index) => datagram(RTM.SETLINK, PACKET.KERNEL, index))

/** Returns the names of the links that the requests of a capture change. */
async function named(datagrams: readonly CapturedDatagram[], ...options: string[]): Promise<string[]> {
  const file = join(folder, 'a.pcap')
  writeFileSync(file, writePcap(datagrams))
  const { lines } = await runHere(decode, file, ...options)
  return lines.flatMap((line) => /set link +(\S+)/.exec(line)?.[1] ?? [])
}

test('without names in the capture, a link is its index, or has its name on this machine', async () => {
  assert.equal(await named(sets), ['#1', `#${UNKNOWN}`])
  assert.equal(await named(sets, '--names', 'capture'), ['#1', `#${UNKNOWN}`])
  assert.equal(await named(sets, '--names', 'machine'), ['lo', `#${UNKNOWN}`])
})

test('a name of the capture goes before that of the machine', async () => {
  const captured = [datagram(RTM.NEWLINK, PACKET.USER, LOOPBACK, 'captured'), ...sets]
  for (const names of ['capture', 'machine'])
    assert.equal(await named(captured, '--names', names), ['captured', `#${UNKNOWN}`], names)
})

test('the time is linear in the number of names', async () => {
  /** Returns the processor time in microseconds for a capture of links with different names. */
  const cost = async (count: number, rounds: number) => {
    const links = Array.from({ length: count }, (_, at) => [
      datagram(RTM.NEWLINK, PACKET.USER, at + 2, `link${at}`),
      datagram(RTM.SETLINK, PACKET.KERNEL, at + 2),
    ])
    writeFileSync(join(folder, 'a.pcap'), writePcap(links.flat()))
    const before = process.cpuUsage()
    for (let round = 0; round < rounds; round++)
      assert.is((await runHere(decode, join(folder, 'a.pcap'))).lines.length, count * 2 + 1)
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  await cost(300, 2)
  const [few, many] = [await cost(300, 10), await cost(3000, 1)]
  assert.ok(many < 5 * few, `3,000 names took ${many} µs, 10 times 300 names ${few} µs`)
})

test.run()

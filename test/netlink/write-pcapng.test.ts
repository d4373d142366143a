import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CapturedDatagram, PACKET, readCapture, readPcap, writePcapng } from '@netloom/netlink/capture'
import { EncodeError } from '@netloom/netlink/codec'
import * as assert from 'uvu/assert'
import { pcapng } from '../support/pcapng.js'
import { missing, suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('pcapng files that netloom writes')

const folder = mkdtempSync(join(tmpdir(), 'netloom-pcapng-'))
test.after(() => rmSync(folder, { recursive: true }))

const recorded = [...readPcap(readFileSync(new URL('../captures/02-bond.pcap', import.meta.url)))]

const datagram = (more: Partial<CapturedDatagram> = {}): CapturedDatagram => ({
  ...{
    time: 1_700_000_000_123_456_789n,
    protocol: 16,
    packetType: PACKET.KERNEL,
    bytes: Buffer.from('1122334455', 'hex'),
  },
  ...more,
})

const samples: readonly CapturedDatagram[] = [
  datagram(),
  datagram({ process: { pid: 847 } }),
  datagram({ process: { pid: 847, name: 'ip' } }),
  datagram({
    process: { pid: 1, name: 'a "b"\\, system call 1.000000000 s\n\x1b é \u{1f600}' },
    duration: 51_300_000n,
  }),
  datagram({ process: { pid: 4_194_304, name: '' }, duration: 0n }),
  datagram({ duration: 123_456_789_012n, bytes: Buffer.alloc(0) }),
  datagram({ time: 0n, packetType: PACKET.USER, bytes: Buffer.alloc(65536, 7) }),
  datagram({ time: 2n ** 64n - 1n }),
]

for (const order of ['LE', 'BE'] as const) {
  test(`are read back with processes and durations, ${order}`, () => {
    assert.equal([...readCapture(writePcapng(samples, order))], samples)
    assert.equal([...readCapture(writePcapng(recorded, order))], recorded)
    assert.equal([...readCapture(writePcapng([], order))], [])
  })

  test(`comments of other programs are ignored, ${order}`, () => {
    const file = pcapng(order)
    const [, packet] = [...readCapture(writePcapng([datagram(), datagram()], order))]
    assert.ok(packet)
    for (const comment of [
      '',
      'process ip',
      'process 847 "ip',
      'process 847 ip, system call 1.000000000 s',
      ', system call 1.000000000 s',
      'system call 1.5 s',
      'see process 847 "ip"',
      'process 847 "\\u12"'.repeat(2),
      '\xff\xfe',
    ]) {
      const written = Buffer.concat([
        file.section(),
        file.interface(253, 0),
        file.enhanced(0, 1n, Buffer.alloc(16), file.option(1, Buffer.from(comment)), file.option(0, Buffer.of())),
      ])
      const [read] = [...readCapture(written)]
      assert.equal([read?.process, read?.duration], [undefined, undefined], comment)
    }
  })
}

test('a time that the file cannot express is an error', () => {
  for (const time of [-1n, 2n ** 64n])
    assert.throws(
      () => writePcapng([datagram({ time })]),
      (error: unknown) => error instanceof EncodeError,
    )
  assert.throws(() => writePcapng([datagram({ protocol: 70_000 })]), /expected protocol from 0 to 65535, got 70000/)
})

const reason = missing('tshark')
if (reason !== undefined) console.log(`SKIPPED: tshark reads pcapng files that netloom writes: ${reason}`)
else {
  test('tshark shows the times, the datagrams and the comments', () => {
    const file = join(folder, 'samples.pcapng')
    writeFileSync(file, writePcapng(samples.slice(1, 4)))
    const fields = ['frame.time_epoch', 'frame.len', 'frame.comment'].flatMap((field) => ['-e', field])
    const { stdout, stderr } = spawnSync('tshark', ['-r', file, '-T', 'json', ...fields], { encoding: 'utf8' })
    const layers = (JSON.parse(stdout) as { _source: { layers: Record<string, string[]> } }[]).map(
      ({ _source }) => _source.layers,
    )
    assert.equal(
      layers.slice(0, 2),
      [
        { 'frame.time_epoch': ['1700000000.123456789'], 'frame.len': ['21'], 'frame.comment': ['process 847'] },
        { 'frame.time_epoch': ['1700000000.123456789'], 'frame.len': ['21'], 'frame.comment': ['process 847 "ip"'] },
      ],
      stderr,
    )
    assert.match(layers[2]?.['frame.comment']?.[0] ?? '', /^process 1 .*, system call 0\.051300000 s$/s)
  })
}

test.run()

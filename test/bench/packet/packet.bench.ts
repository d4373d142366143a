import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  checksum,
  decodePacket,
  decrementTtl,
  encodePacket,
  formatPacket,
  type LayerInput,
  PacketView,
  setSource,
  setSourcePort,
  transportChecksumState,
  updateChecksum,
} from '@netloom/packet'
import { processorTime as time } from '../../support/bench.js'
import { atMost, printRows, type Row } from '../../support/rounds.js'

// Processor time of the work for one packet: checksums next to the same in C, then views, changes, and whole packets.

const row = (group: string, name: string, nanoseconds: number, most?: number, times?: number): Row => ({
  ...{ group, name, nanoseconds },
  text: `${nanoseconds.toFixed(1).padStart(9)} ns${times === undefined ? '' : `, ${(nanoseconds / times).toFixed(2)} × C`}`,
  verdicts: most === undefined ? [] : [atMost('ns', nanoseconds, most)],
})

/** Largest time of a checksum, by its bytes. */
const bars: Readonly<Record<number, number>> = { 1500: 500 }

function checksums(): void {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-bench-'))
  try {
    const program = join(folder, 'checksum')
    const source = fileURLToPath(new URL('checksum.c', import.meta.url))
    execFileSync('gcc', ['-O2', '-Wall', '-Werror', '-o', program, source])
    const sizes = [20, 64, 576, 1500, 65_000]
    const inC = execFileSync(program, sizes.map(String), { encoding: 'utf8' }).trim().split('\n').map(Number)
    // As in a frame: TCP begins after 34 bytes.
    const bytes = Uint8Array.from({ length: 65_536 }, (_, index) => index * 37)
    const rows = sizes.flatMap((size, index) => {
      const ours = time(() => checksum(bytes, 34, 34 + size))
      const times = inC[index] ?? Number.NaN
      const group = `checksum of ${size} bytes`
      return [row(group, 'C with gcc -O2', times), row(group, 'checksum', ours, bars[size], times)]
    })
    let value = 0x1234
    const update = () => {
      value = updateChecksum(value, 0x4006, 0x3f06)
      return value
    }
    printRows('checksum, processor time of a call', [...rows, row('checksum', 'updateChecksum', time(update))])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const ethernet: LayerInput = { layer: 'ethernet', source: '02:00:00:00:00:01', destination: '02:00:00:00:00:02' }
const ipv4: LayerInput = { layer: 'ipv4', source: '192.0.2.1', destination: '192.0.2.2' }
const tcp: LayerInput = {
  layer: 'tcp',
  sourcePort: 50000,
  destinationPort: 80,
  flags: 0x10,
  options: [{ type: 'nop' }, { type: 'nop' }, { type: 'timestamps', value: { value: 1, echo: 2 } }],
}
const data: LayerInput = { layer: 'payload', bytes: new Uint8Array(1400).fill(7) }

const packets: Readonly<Record<string, readonly LayerInput[]>> = {
  'IPv4, TCP': [ethernet, ipv4, tcp, data],
  'VLAN, IPv4, UDP': [
    ethernet,
    { layer: 'vlan', id: 5 },
    ipv4,
    { layer: 'udp', sourcePort: 50000, destinationPort: 50001 },
    data,
  ],
  'IPv6, TCP': [ethernet, { layer: 'ipv6', source: '2001:db8::1', destination: '2001:db8::2' }, tcp, data],
  ARP: [ethernet, { layer: 'arp', senderIp: '192.0.2.1', targetIp: '192.0.2.2' }],
}

function views(): void {
  const rows: Row[] = []
  const packet = new PacketView()
  for (const [name, layers] of Object.entries(packets)) {
    const bytes = encodePacket(layers)
    rows.push(
      row(
        'views',
        `tryParse: ${name}`,
        time(() => packet.tryParse(bytes)),
      ),
    )
  }
  const bytes = encodePacket([ethernet, ipv4, tcp, data])
  const malformed = bytes.subarray(0, 60)
  rows.push(
    row(
      'views',
      'tryParse: malformed',
      time(() => packet.tryParse(malformed)),
    ),
  )
  packet.parse(bytes)
  let address = 0
  const works: Readonly<Record<string, () => unknown>> = {
    'one field: ttl': () => packet.ipv4?.ttl,
    'five fields: addresses, ports, flags': () => {
      const { ipv4: ip, tcp: upper } = packet
      if (!ip || !upper) return 0
      return ip.source ^ ip.destination ^ upper.sourcePort ^ upper.destinationPort ^ upper.flags
    },
    'address as text': () => packet.ipv4?.sourceText,
    'setSource and setSourcePort': () => {
      setSource(packet, ++address)
      setSourcePort(packet, address)
    },
    'decrementTtl, and the TTL again': () => {
      if (packet.ipv4) packet.ipv4.ttl = 64
      return decrementTtl(packet)
    },
    'transportChecksumState: 1,432 bytes': () => transportChecksumState(packet),
  }
  for (const [name, work] of Object.entries(works)) rows.push(row('views', name, time(work)))
  printRows('views, processor time of a call', rows)
}

function layers(): void {
  const rows = Object.entries(packets).flatMap(([name, each]) => {
    const bytes = encodePacket(each)
    const decoded = decodePacket(bytes)
    return [
      row(
        'layers',
        `decodePacket: ${name}`,
        time(() => decodePacket(bytes)),
      ),
      row(
        'layers',
        `encodePacket: ${name}`,
        time(() => encodePacket(decoded)),
      ),
      row(
        'layers',
        `formatPacket: ${name}`,
        time(() => formatPacket(bytes)),
      ),
    ]
  })
  printRows('layers, processor time of a packet', rows)
}

checksums()
views()
layers()

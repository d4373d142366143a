import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const LINKTYPE_ETHERNET = 1

/** Returns a capture file in the byte order of the machine. */
function pcapOf(packets: readonly Uint8Array[]): Buffer {
  const words = (...numbers: number[]) => Buffer.from(new Uint32Array(numbers).buffer)
  const header = Buffer.concat([
    words(0xa1b2c3d4),
    Buffer.from(new Uint16Array([2, 4]).buffer),
    words(0, 0, 0x40000, LINKTYPE_ETHERNET),
  ])
  return Buffer.concat([header, ...packets.flatMap((each) => [words(0, 0, each.length, each.length), each])])
}

const preferences = [
  'ip.check_checksum:TRUE',
  'tcp.check_checksum:TRUE',
  'udp.check_checksum:TRUE',
  // Values as in the packet, and each packet without regard to the others.
  'tcp.relative_sequence_numbers:FALSE',
  'tcp.analyze_sequence_numbers:FALSE',
  'tcp.desegment_tcp_streams:FALSE',
  'ip.defragment:FALSE',
  'ipv6.defragment:FALSE',
  'ip.use_geoip:FALSE',
]

/** Runs tshark on a file. Its standard input cannot be a socket, as that of Node's children is. */
function run(file: string, fields: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(
    'tshark',
    [
      ...['-n', '-r', file, '-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=a', '-E', 'aggregator=|'],
      ...preferences.flatMap((preference) => ['-o', preference]),
      ...fields.flatMap((field) => ['-e', field]),
    ],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  )
  if (status !== 0) throw new Error(`tshark ended with ${status}: ${stderr}`)
  return stdout
}

/** Decodes frames with tshark. Returns the values of each field for each frame: an empty list if the frame does not have it. */
export function fieldsOfTshark(packets: readonly Uint8Array[], fields: readonly string[]): Map<string, string[]>[] {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-tshark-'))
  try {
    const file = join(folder, 'packets.pcap')
    writeFileSync(file, pcapOf(packets))
    const lines = run(file, fields).split('\n').slice(0, -1)
    return lines.map((line) => {
      const values = line.split('\t')
      return new Map(fields.map((field, index) => [field, values[index] ? values[index].split('|') : []]))
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

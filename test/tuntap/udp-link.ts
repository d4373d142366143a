import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { createLab } from '@netloom/netlink/lab'
import type { ReceivedMessage, UdpSocket } from '@netloom/tuntap/udp'
import { type ExistingNamespace, inNamespace } from '../support/netns.js'
import { until } from '../support/until.js'

/** Size of the buffers of the sockets: nothing is lost. */
export const ROOM = { receiveBuffer: 1 << 24, sendBuffer: 1 << 24 }

/** Two namespaces, connected by the links `v0` and `v1`. */
export interface Link {
  readonly a: ExistingNamespace
  readonly b: ExistingNamespace
}

export const ADDRESSES = { ipv4: ['10.9.0.1', '10.9.0.2'], ipv6: ['fd00:9::1', 'fd00:9::2'] } as const

const MACS = ['02:00:00:00:09:01', '02:00:00:00:09:02'] as const

/** Creates two connected namespaces, calls `use`, and removes them. */
export async function withLink(use: (link: Link) => void | Promise<void>): Promise<void> {
  const link = {
    name: 'v0',
    kind: 'veth',
    address: MACS[0],
    peer: { name: 'v1', address: MACS[1], netns: 'b' },
  } as const
  await using lab = await createLab({ a: { links: [link], ...side(0) }, b: side(1) })
  const { a, b } = lab.ns
  await use({ a: inNamespace(a.netns), b: inNamespace(b.netns) })
}

/** Returns the addresses of one end, and those of the other one: while it is resolved, the kernel only keeps some datagrams. */
function side(index: 0 | 1) {
  const dev = `v${index}`
  const other = 1 - index
  return {
    addresses: [`${ADDRESSES.ipv4[index]}/24`, `${ADDRESSES.ipv6[index]}/64`].map((address) => ({ address, dev })),
    neighbours: [ADDRESSES.ipv4, ADDRESSES.ipv6].map((each) => ({
      dst: each[other] as string,
      lladdr: MACS[other] as string,
      dev,
    })),
  }
}

/** Returns bytes that differ for each number and position. */
export function bytesOf(number: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let i = 0; i < length; i++) bytes[i] = (number * 31 + i * 7 + (i >> 8)) & 0xff
  if (length >= 4) bytes.writeUInt32BE(number)
  return bytes
}

/** Returns the datagrams of which data with a segment size consists. */
export function segmentsOf(data: Uint8Array, segmentSize: number): Buffer[] {
  const count = Math.max(1, Math.ceil(data.length / segmentSize))
  return Array.from({ length: count }, (_, i) => Buffer.from(data.subarray(i * segmentSize, (i + 1) * segmentSize)))
}

/** Returns copies of the datagrams of messages. */
export const datagramsOf = (messages: readonly ReceivedMessage[]): Buffer[] =>
  messages.flatMap((message) =>
    Array.from({ length: message.segmentCount }, (_, index) => Buffer.from(message.segment(index))),
  )

/** Receives until there are `count` datagrams, and returns them. */
export async function receiveAll(socket: UdpSocket, count: number): Promise<Buffer[]> {
  const received: Buffer[] = []
  await until(`${count} datagrams, of which ${received.length} arrived`, () => {
    for (let batch = socket.receiveBatch(); batch.length > 0; batch = socket.receiveBatch())
      received.push(...datagramsOf(batch))
    return received.length >= count
  })
  return received
}

const PYTHON = `
import socket, sys
family, address, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
s = socket.socket(socket.AF_INET6 if family == 'ipv6' else socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)
s.bind((address, 0))
print(s.getsockname()[1], flush=True)
for _ in range(count):
    print('x' + s.recv(70000).hex(), flush=True)
`

/** Starts a receiver of Python, which does not know segments. */
export async function startPython(
  { name }: ExistingNamespace,
  family: keyof typeof ADDRESSES,
  address: string,
  count: number,
) {
  const args = ['netns', 'exec', name, 'python3', '-c', PYTHON, family, address, String(count)]
  const child: ChildProcess = spawn('ip', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  const port = Number((await lines.next()).value)
  return {
    port,
    /** Returns the datagrams. */
    async datagrams(): Promise<Buffer[]> {
      const exit = once(child, 'exit')
      const received: Buffer[] = []
      for await (const line of { [Symbol.asyncIterator]: () => lines }) received.push(Buffer.from(line.slice(1), 'hex'))
      await exit
      return received
    },
    [Symbol.dispose]: () => void child.kill(),
  }
}

import { spawn } from 'node:child_process'
import { Netlink, type XdpSocket } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { refuses } from '../support/api.js'
import { loadXskDiag } from '../support/guest-modules.js'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

/** Sockets that this machine's kernel may not list, compared with ss. */
const test = suiteNeeding('sockets of XDP', 'netns')

test.before(loadXskDiag)

/** Opens a socket of XDP without anything, and one with a UMEM and rings on queue 0 of `lo`. Constants of linux/if_xdp.h. */
const open = `
import ctypes, mmap, socket, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
AF_XDP, SOL_XDP, COPY = 44, 283, 2
RX_RING, TX_RING, UMEM_REG, FILL_RING, COMPLETION_RING = 2, 3, 4, 5, 6
plain = socket.socket(AF_XDP, socket.SOCK_RAW)
bound = socket.socket(AF_XDP, socket.SOCK_RAW)
memory = mmap.mmap(-1, 16 * 4096)
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
bound.setsockopt(SOL_XDP, UMEM_REG, struct.pack('QQIII4x', address, 16 * 4096, 4096, 256, 0))
for option, entries in (FILL_RING, 8), (COMPLETION_RING, 4), (RX_RING, 16), (TX_RING, 32):
    bound.setsockopt(SOL_XDP, option, entries)
name = struct.pack('HHIII', AF_XDP, COPY, 1, 0, 0)
if libc.bind(bound.fileno(), name, len(name)) != 0:
    raise OSError(ctypes.get_errno())
print('ready', flush=True)
sys.stdin.read()`

/** Returns a socket as ss prints it. */
function printed(socket: XdpSocket & { readonly devName?: string }): string {
  const { umem, stats, inode, cookie } = socket
  const memory = umem && [
    `rx(entries:${socket.rxRing})`,
    `tx(entries:${socket.txRing})`,
    `umem(id:${umem.id},size:${umem.size},num_pages:${umem.pages},chunk_size:${umem.chunkSize},headroom:${umem.headroom},` +
      `ifindex:${umem.dev},qid:${umem.queue},zc:${umem.flags.length},refs:${umem.users})`,
    `fr(entries:${umem.fillRing})`,
    `cr(entries:${umem.completionRing})`,
  ]
  return [
    `UNCONN ${socket.recvQueue} 0 ${socket.devName ? `${socket.devName}:q${socket.queue}` : '*'} * ino:${inode} sk:${cookie.toString(16)}`,
    ...(memory ?? []),
    `stats(rx dropped:${stats?.rxDropped},rx invalid:${stats?.rxInvalid},rx queue full:${stats?.rxFull},` +
      `rx fill ring empty:${stats?.fillRingEmpty},tx invalid:${stats?.txInvalid},tx ring empty:${stats?.txRingEmpty})`,
  ].join(' ')
}

test('sockets of XDP are those of ss, with their memory and rings', () =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'set', 'dev', 'lo', 'up')
    using nl = Netlink.open({ netns: namespace.path })
    const words = ['netns', 'exec', namespace.name, 'python3', '-c', open]
    const child = spawn('ip', words, { stdio: ['pipe', 'ignore', 'inherit'] })
    try {
      const list = () => nl.sockets.list({ protocol: 'xdp', memory: true, process: true }, { names: true })
      await until(
        'a bound socket',
        async () => (await list()).length === 2 && (await list()).some(({ dev }) => dev === 1),
      )
      const sockets = await list()
      const [, ...lines] = namespace
        .exec('ss', ['-a', '-e', '--xdp'])
        .trim()
        .split(/\n(?=State|UNCONN)/)
      assert.equal(
        sockets.map(printed),
        lines.map((line) => line.replace(/\s+/g, ' ').trim()),
      )
      for (const socket of sockets) {
        assert.equal(
          socket.processes?.map(({ name }) => name),
          ['python3'],
        )
        assert.ok((socket.memory?.rcvbuf ?? 0) > 0)
        assert.is((await nl.sockets.get({ protocol: 'xdp', cookie: socket.cookie }))?.inode, socket.inode)
      }
      assert.equal(await nl.sockets.list({ protocol: 'xdp', state: 'established' }), [])
      await refuses('closing', async () => nl.sockets.destroy(sockets[0] as never), 'TypeError', /got xdp/)
    } finally {
      child.kill()
    }
  }))

test.run()

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { processesOf } from '../../packages/netlink/dist/api/sockets/processes.js'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

// Processes of sockets: a process chooses its name, which may contain anything but a NUL.

const test = suiteNeeding('processes of sockets', 'netns')

/** Names of processes, as bytes, with the names that are returned. */
const names: readonly (readonly [bytes: string, name: string])[] = [
  ['plain', 'plain'],
  ['with space', 'with space'],
  [') S 1 1 (', ') S 1 1 ('],
  ['a) b (c', 'a) b (c'],
  ['line\nbreak', 'line\nbreak'],
  ['end\n', 'end\n'],
  ['\n', '\n'],
  ['"quoted",pid=1', '"quoted",pid=1'],
  ['\x1b[31mred', '\x1b[31mred'],
  ['bytes\xff\xfe', 'bytes\udcff\udcfe'],
  ['\xc3\xa4\xe2\x82\xac', 'ä€'],
]

/** Listens on a free port, names itself, and prints the port. */
const program = `
import socket, sys
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()
with open("/proc/self/comm", "wb") as comm:
    comm.write(bytes.fromhex(sys.argv[1]))
print(server.getsockname()[1], flush=True)
sys.stdin.read()
`

test('names of processes are exact, whatever they contain', () =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'set', 'lo', 'up')
    using nl = Netlink.open({ netns: namespace.path })
    for (const [bytes, name] of names) {
      const hex = Buffer.from(bytes, 'latin1').toString('hex')
      const child = spawn('ip', ['netns', 'exec', namespace.name, 'python3', '-c', program, hex], {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      try {
        const [data] = (await once(child.stdout, 'data')) as [Buffer]
        const [socket] = await nl.sockets.list({ protocol: 'tcp', sport: Number(data), process: true })
        assert.equal(socket?.processes, [{ id: child.pid, name, descriptors: [3] }], JSON.stringify(name))
      } finally {
        child.stdin.end()
        if (child.exitCode === null) await once(child, 'exit')
      }
    }
  }))

const listening = (path: string): Promise<Server> =>
  new Promise((done) => {
    const server: Server = createServer().listen(path, () => done(server))
  })

test('several processes have one socket, and paths of sockets do not mislead', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-processes-'))
  // A link to what looks like a socket is a file, not a socket.
  symlinkSync('socket:[1]', join(folder, 'socket:[1]'))
  const server = await listening(join(folder, 'socket:[2]'))
  const { fd } = (server as unknown as { _handle: { fd: number } })._handle
  const child = spawn('sleep', ['1000'], { stdio: ['ignore', 'ignore', 'ignore', fd] })
  await once(child, 'spawn')
  try {
    using nl = Netlink.open()
    const sockets = await nl.sockets.list({ protocol: 'unix', process: true })
    const found = sockets.find(({ path }) => path === join(folder, 'socket:[2]'))
    const owners = found?.processes?.map(({ id, descriptors }) => [id, ...descriptors])
    const expected = [
      [process.pid, fd],
      [child.pid, 3],
    ]
    const byId = (list: readonly (readonly (number | undefined)[])[] = []) =>
      [...list].sort(([one = 0], [other = 0]) => one - other)
    assert.equal(byId(owners), byId(expected))
    assert.is(processesOf(new Set([1, 2])).size, 0)
  } finally {
    child.kill()
    server.close()
    rmSync(folder, { recursive: true })
  }
})

test('sockets without a process have an empty list, and without the option none', () =>
  inScratch((namespace) => {
    using nl = Netlink.open({ netns: namespace.path })
    const kernel = nl.sockets.listSync({ protocol: 'netlink', process: true }).filter(({ portId }) => portId === 0)
    assert.ok(kernel.length > 0)
    assert.ok(kernel.every(({ inode, processes }) => inode !== 0 || processes?.length === 0))
    assert.ok(nl.sockets.listSync({ protocol: 'netlink' }).every(({ processes }) => processes === undefined))
  }))

test.run()

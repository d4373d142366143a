import { spawn } from 'node:child_process'
import fs, { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { Connection, NetlinkError, SystemError, withNetns } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('namespaces and connections', 'netns')

const here = () => readlinkSync('/proc/thread-self/ns/net')
const descriptors = () => readdirSync('/proc/self/fd').length

/** Runs `use`, which must leave the thread where it was. */
function stays(use: () => void): void {
  const before = here()
  use()
  assert.is(here(), before)
}

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    assert.instance(error, SystemError, String(error))
    return (error as SystemError).code
  }
  return 'nothing was thrown'
}

test('a path, a descriptor and a process lead to the same place', () =>
  inScratch(async (namespace) => {
    const child = spawn('ip', ['netns', 'exec', namespace.name, 'sh', '-c', 'echo there; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const fd = openSync(namespace.path, 'r')
    try {
      const inside = namespace.exec('readlink', ['/proc/self/ns/net']).trim()
      assert.is.not(inside, here())
      for (const netns of [namespace.path, fd, { pid: child.pid ?? 0 }, `/proc/${child.pid}/ns/net`]) {
        stays(() => assert.is(withNetns(netns, here), inside))
      }
      // A descriptor stays its owner's.
      assert.is(withNetns(fd, here), inside)
    } finally {
      closeSync(fd)
      child.kill()
      await new Promise((resolve) => child.once('exit', resolve))
    }
  }))

test('it comes back from an error, which is passed on', () =>
  inScratch(({ path }) => {
    const error = new Error('mine')
    stays(() => {
      assert.throws(
        () =>
          withNetns(path, () => {
            throw error
          }),
        (thrown: unknown) => thrown === error,
      )
    })
  }))

test('a promise is refused, after coming back, and does not end the process', () =>
  inScratch(async ({ path }) => {
    stays(() => {
      for (const fn of [async () => 1, () => Promise.reject(new Error('unseen'))]) {
        assert.throws(
          () => withNetns(path, fn),
          (error: unknown) => error instanceof TypeError,
        )
      }
    })
    await new Promise((resolve) => setImmediate(resolve))
  }))

test('one in the other', () =>
  inScratch((one) =>
    inScratch((other) => {
      stays(() => {
        withNetns(one.path, () => {
          const outer = here()
          withNetns(other.path, () => assert.is.not(here(), outer))
          assert.is(here(), outer)
        })
      })
    }),
  ))

for (const [what, netns, code] of [
  ['a path that is not there', '/run/netns/netloom-none', 'ENOENT'],
  ['a path through a file', '/etc/passwd/x', 'ENOTDIR'],
  ['a file that is no namespace', '/etc/passwd', 'EINVAL'],
  ['another kind of namespace', '/proc/self/ns/mnt', 'EINVAL'],
  ['a process that is not there', { pid: 2 ** 22 + 1 }, 'ENOENT'],
  ['a descriptor that is not open', 9999, 'EBADF'],
] as const) {
  test(`${what}: ${code}`, () => {
    const before = descriptors()
    stays(() => {
      assert.is(
        codeOf(() => withNetns(netns, () => 1)),
        code,
      )
      assert.is(
        codeOf(() => Connection.open({ netns })),
        code,
      )
    })
    assert.is(descriptors(), before)
  })
}

test('a path that cannot be one is a TypeError', () => {
  stays(() => {
    assert.throws(
      () => withNetns('/run/netns/a\0b', () => 1),
      (error: unknown) => error instanceof TypeError && /expected the path of a network namespace/.test(error.message),
    )
  })
})

test('a connection lives where it was opened', () =>
  inScratch((namespace) => {
    namespace.ip('link', 'add', 'only-here', 'type', 'bridge')
    stays(() => {
      const netlink = Connection.open({ netns: namespace.path })
      try {
        const names = netlink.dumpSync('RTM_GETLINK').map(({ attrs }) => attrs.ifname)
        assert.equal(names, ['lo', 'only-here'])
        assert.ok(netlink.port > 0)
      } finally {
        netlink.close()
      }
    })
  }))

test('a closed connection is a TypeError, closing it again is nothing', () =>
  inScratch(({ path }) => {
    const netlink = Connection.open({ netns: path })
    netlink.close()
    netlink.close()
    netlink[Symbol.dispose]()
    for (const call of [
      () => netlink.dumpSync('RTM_GETLINK'),
      () => netlink.requestSync('RTM_GETLINK', { index: 1 }),
    ]) {
      assert.throws(call, (error: unknown) => error instanceof TypeError)
    }
  }))

test('500 connections leave no descriptor, nor do 500 that fail', () =>
  inScratch(({ path }) => {
    const before = descriptors()
    for (let i = 0; i < 500; i++) {
      const netlink = Connection.open({ netns: path })
      try {
        netlink.requestSync('RTM_GETLINK', { attrs: { ifname: i % 2 ? 'lo' : 'none' } })
      } catch (error) {
        assert.instance(error, NetlinkError)
      } finally {
        netlink.close()
      }
      assert.is(
        codeOf(() => Connection.open({ netns: '/etc/passwd' })),
        'EINVAL',
      )
    }
    assert.is(descriptors(), before)
  }))

test('further sockets are opened where fstat knows only what fs has opened, as on Deno', () =>
  inScratch(({ path, ip }) => {
    ip('link', 'set', 'lo', 'up')
    const { fstatSync } = fs
    Object.assign(fs, {
      fstatSync() {
        throw Object.assign(new Error('EBADF: bad file descriptor, fstat'), { code: 'EBADF' })
      },
    })
    syncBuiltinESMExports()
    try {
      using netlink = Connection.open({ netns: path })
      using monitor = netlink.monitor(['LINK'])
      assert.is(netlink.dumpSync('RTM_GETLINK').length, 1)
      ip('link', 'set', 'lo', 'mtu', '1400')
      assert.is(monitor.readSync(5000)?.type, 'RTM_NEWLINK')
    } finally {
      Object.assign(fs, { fstatSync })
      syncBuiltinESMExports()
    }
  }))

test('generators, which have not run yet, and numbers that are no descriptors are refused', () => {
  assert.throws(
    () => withNetns('/proc/self/ns/net', function* () {}),
    /expected a synchronous function .* got a generator/,
  )
  assert.throws(() => withNetns('/proc/self/ns/net', async function* () {}), /got a generator/)
  for (const none of [Number.NaN, 1.5, -1]) assert.throws(() => withNetns(none, () => 1), /expected a descriptor/)
})

test.run()

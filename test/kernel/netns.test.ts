import { spawn, spawnSync } from 'node:child_process'
import fs, { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { ArgumentError, Connection, Netlink, NetlinkError, SystemError, withNetns } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('namespaces and connections', 'netns')

const here = () => readlinkSync('/proc/thread-self/ns/net')
const descriptors = () => readdirSync('/proc/self/fd').length

/** Runs `use`. Asserts that the thread is in the same namespace afterwards. */
function assertReturns(use: () => void): void {
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

test('a name, a path, a descriptor and a process lead to the same namespace', () =>
  inScratch(async (namespace) => {
    const child = spawn('ip', ['netns', 'exec', namespace.name, 'sh', '-c', 'echo there; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const fd = openSync(namespace.path, 'r')
    try {
      const inside = namespace.exec('readlink', ['/proc/self/ns/net']).trim()
      assert.is.not(inside, here())
      for (const netns of [namespace.name, namespace.path, fd, { pid: child.pid ?? 0 }, `/proc/${child.pid}/ns/net`]) {
        assertReturns(() => assert.is(withNetns(netns, here), inside))
      }
      // The descriptor stays open.
      assert.is(withNetns(fd, here), inside)
    } finally {
      closeSync(fd)
      child.kill()
      await new Promise((resolve) => child.once('exit', resolve))
    }
  }))

test('a descriptor is not truncated to 32 bits, wherever one is given', () =>
  inScratch(({ path }) => {
    const fd = openSync(path, 'r')
    using nl = Netlink.open({ netns: fd })
    nl.link.addSync({ name: 'br0', kind: 'bridge' })
    for (const netns of [2 ** 32 + fd, 2 ** 53 + 2 * fd, 2 ** 31, -1, 0.5, Number.NaN]) {
      for (const call of [
        () => withNetns(netns, () => 0),
        () => Netlink.open({ netns }),
        () => Connection.open({ netns }),
        () => nl.link.addSync({ name: 'br1', kind: 'bridge', netns }),
        () => nl.link.addSync({ name: 'pair0', kind: 'veth', peer: { name: 'pair1', netns } }),
        () => nl.link.setSync('br0', { netns }),
      ]) {
        assert.throws(
          call,
          (error: unknown) => error instanceof ArgumentError && error.message.endsWith(`got ${netns}`),
          `${call} with ${netns}`,
        )
      }
    }
    closeSync(fd)
  }))

test('a name stands for a namespace wherever one is given', () =>
  inScratch((first) =>
    inScratch((second) => {
      using nl = Netlink.open({ netns: first.name })
      nl.link.addSync({ name: 'new0', kind: 'bridge', netns: second.name })
      nl.link.addSync({ name: 'pair0', kind: 'veth', peer: { name: 'pair1', netns: second.name } })
      nl.link.setSync('pair0', { netns: second.name })
      const names = second.ip('link').map(({ ifname }) => ifname)
      for (const name of ['new0', 'pair1', 'pair0']) assert.ok(names.includes(name), name)
    }),
  ))

test('a name without a namespace is an error of the file, and an invalid name one of the call', async () => {
  assert.throws(
    () => withNetns('no-such-namespace', here),
    /^open \/run\/netns\/no-such-namespace, as there is no namespace 'no-such-namespace' in \/run\/netns: ENOENT$/,
  )
  await inScratch(({ name }) => {
    const near = new RegExp(`^open /run/netns/${name}x, .* \\(did you mean '${name}'\\?\\): ENOENT$`)
    for (const netns of [`${name}x`, `/run/netns/${name}x`, { path: `/run/netns/${name}x` }]) {
      assert.throws(() => withNetns(netns, here), near)
      assert.throws(() => Netlink.open({ netns }), near)
    }
  })
  assert.throws(() => withNetns('/etc/passwd', here), /^setns \/etc\/passwd, which is no network namespace: EINVAL$/)
  for (const name of ['', '.', '..'])
    assert.throws(() => withNetns(name, here), /^expected a network namespace: its name, its path, /)
})

test('a socket option that needs a capability is named with it', () => {
  const script =
    "import('@netloom/netlink').then(({ Connection }) => Connection.open().monitor(['LINK'], { allNsid: true }))"
  const unprivileged = ['--reuid', '65534', '--clear-groups', '--bounding-set', '-all', '--inh-caps', '-all']
  const { stderr } = spawnSync('setpriv', [...unprivileged, process.execPath, '-e', script], { encoding: 'utf8' })
  assert.match(stderr, 'setsockopt NETLINK_LISTEN_ALL_NSID to 1, which needs CAP_NET_BROADCAST: EPERM')
})

test('withNetns() returns to the first namespace after an error, and throws the error', () =>
  inScratch(({ path }) => {
    const error = new Error('expected')
    assertReturns(() => {
      assert.throws(
        () =>
          withNetns(path, () => {
            throw error
          }),
        (thrown: unknown) => thrown === error,
      )
    })
  }))

test('withNetns() rejects a function that returns a promise, and an unhandled rejection does not end the process', () =>
  inScratch(async ({ path }) => {
    assertReturns(() => {
      for (const fn of [async () => 1, () => Promise.reject(new Error('unseen'))]) {
        assert.throws(
          () => withNetns(path, fn),
          (error: unknown) => error instanceof TypeError,
        )
      }
    })
    await new Promise((resolve) => setImmediate(resolve))
  }))

test('withNetns() can be nested', () =>
  inScratch((one) =>
    inScratch((other) => {
      assertReturns(() => {
        withNetns(one.path, () => {
          const outer = here()
          withNetns(other.path, () => assert.is.not(here(), outer))
          assert.is(here(), outer)
        })
      })
    }),
  ))

for (const [name, netns, code] of [
  ['a path that does not exist', '/run/netns/netloom-none', 'ENOENT'],
  ['a path through a file', '/etc/passwd/x', 'ENOTDIR'],
  ['a file that is not a namespace', '/etc/passwd', 'EINVAL'],
  ['another kind of namespace', '/proc/self/ns/mnt', 'EINVAL'],
  ['a process that does not exist', { pid: 2 ** 22 + 1 }, 'ENOENT'],
  ['a descriptor that is not open', 9999, 'EBADF'],
] as const) {
  test(`${name} fails with ${code}`, () => {
    const before = descriptors()
    assertReturns(() => {
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

test('a path with a NUL throws a TypeError', () => {
  assertReturns(() => {
    assert.throws(
      () => withNetns('/run/netns/a\0b', () => 1),
      (error: unknown) => error instanceof TypeError && /^expected a network namespace: /.test(error.message),
    )
  })
})

test('a connection stays in the namespace in which it was opened', () =>
  inScratch((namespace) => {
    namespace.ip('link', 'add', 'only-here', 'type', 'bridge')
    assertReturns(() => {
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

test('requests on a closed connection throw a TypeError, and closing it again has no effect', () =>
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

test('500 connections leave no descriptor open, nor do 500 failed ones', () =>
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

test('further sockets can be opened if fstat supports only descriptors of fs, as on Deno', () =>
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

test('a process that does not exist is named as the reason', () => {
  assert.throws(
    () => withNetns({ pid: 0x7fffffff }, here),
    (error: unknown) =>
      error instanceof SystemError &&
      error.message === 'open /proc/2147483647/ns/net, as there is no such process or it has ended: ENOENT',
  )
})

test('withNetns() rejects generators and invalid descriptors', () => {
  assert.throws(
    () => withNetns('/proc/self/ns/net', function* () {}),
    /expected a synchronous function .* got a generator/,
  )
  assert.throws(() => withNetns('/proc/self/ns/net', async function* () {}), /got a generator/)
  for (const none of [Number.NaN, 1.5, -1])
    assert.throws(() => withNetns(none, () => 1), /^expected a network namespace: /)
})

test.run()

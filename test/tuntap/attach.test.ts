import { execFileSync } from 'node:child_process'
import { ArgumentError, SystemError } from '@netloom/netlink'
import { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { failureOf, openedSince, openFiles, tunData } from './device.js'

const test = suiteNeeding('TunTap.attach()', 'netns', 'tun')

test('a missing device is ENODEV and is not created', () =>
  inScratch((namespace) => {
    for (const multiQueue of [false, true]) {
      assert.is(
        failureOf(() => TunTap.attach({ mode: 'tap', name: 'tap0', netns: namespace.path, multiQueue })),
        'SIOCGIFINDEX ENODEV',
      )
    }
    assert.equal(
      namespace.ip('link', 'show').map(({ ifname }) => ifname),
      ['lo'],
    )
  }))

test('another kind of link is EINVAL', () =>
  inScratch((namespace) => {
    const { path: netns } = namespace
    namespace.ip('link', 'add', 'veth0', 'type', 'veth', 'peer', 'veth1')
    const tun = TunTap.create({ mode: 'tun', name: 'tun0', netns, persist: true })
    tun.close()
    for (const name of ['veth0', 'lo', 'tun0']) {
      assert.is(
        failureOf(() => TunTap.attach({ mode: 'tap', name, netns })),
        'TUNSETIFF EINVAL',
        name,
      )
    }
  }))

test('attaches to a device of iproute2 by its name and alternative names', () =>
  inScratch((namespace) => {
    const { path: netns } = namespace
    namespace.ip('tuntap', 'add', 'dev', 'tap0', 'mode', 'tap', 'user', 1234)
    namespace.ip('link', 'property', 'add', 'dev', 'tap0', 'altname', 'other')
    for (const name of ['tap0', 'other']) {
      const device = TunTap.attach({ mode: 'tap', name, netns })
      assert.is(device.name, 'tap0')
      assert.is(
        failureOf(() => TunTap.attach({ mode: 'tap', name: 'tap0', netns })),
        'TUNSETIFF EBUSY',
      )
      device.close()
    }
    assert.is(tunData(netns, 'tap0').owner, 1234)
  }))

test('two queues; a different multiQueue is EINVAL', () =>
  inScratch((namespace) => {
    const { path: netns } = namespace
    const one = TunTap.create({ mode: 'tap', name: 'many', netns, multiQueue: true })
    const two = TunTap.attach({ mode: 'tap', name: 'many', netns, multiQueue: true })
    const { multiQueue, numQueues } = tunData(netns, 'many')
    assert.equal([multiQueue, numQueues], [1, 2])
    assert.is(
      failureOf(() => TunTap.attach({ mode: 'tap', name: 'many', netns })),
      'TUNSETIFF EINVAL',
    )
    one.close()
    assert.is(tunData(netns, 'many').numQueues, 1)
    two.close()
    const single = TunTap.create({ mode: 'tap', name: 'single', netns, persist: true })
    single.close()
    assert.is(
      failureOf(() => TunTap.attach({ mode: 'tap', name: 'single', netns, multiQueue: true })),
      'TUNSETIFF EINVAL',
    )
  }))

test('a send buffer belongs to the queues that are attached when it is set', () =>
  inScratch(({ path: netns }) => {
    const device = { mode: 'tap', name: 'tap0', netns, multiQueue: true } as const
    using first = TunTap.create(device)
    using second = TunTap.attach(device)
    first.setSendBuffer(5000)
    using third = TunTap.attach(device)
    assert.equal(
      [first, second, third].map(({ sendBuffer }) => sendBuffer),
      [5000, 5000, 0x7fffffff],
    )
  }))

test('the owner may not attach with napiFrags', () =>
  inScratch(({ name, path }) => {
    TunTap.create({ mode: 'tap', name: 'tap0', netns: path, owner: 65534, persist: true }).close()
    const program = `
      import { TunTap } from '${import.meta.resolve('@netloom/tuntap')}'
      process.setgroups([])
      process.setgid(65534)
      process.setuid(65534)
      for (const napiFrags of [true, false]) {
        try {
          TunTap.attach({ mode: 'tap', name: 'tap0', napi: true, napiFrags }).close()
          console.log('attached')
        } catch (error) {
          console.log(error.message)
        }
      }`
    const flags = process.versions.bun ? [] : [...process.execArgv, '--input-type=module']
    // The node of this machine may be root's only.
    const node = 'mount -t tmpfs none /dev/net && mknod -m 666 /dev/net/tun c 10 200 && exec "$@"'
    const args = ['netns', 'exec', name, 'sh', '-c', node, 'sh', process.execPath, ...flags, '-e', program]
    assert.is(
      execFileSync('ip', args, { encoding: 'utf8' }),
      'TUNSETIFF tap0: CAP_NET_ADMIN is required in the initial user namespace with napiFrags, also of the owner (EPERM)\nattached\n',
    )
  }))

test('invalid names, ids and modes are ArgumentErrors', () => {
  const before = openFiles()
  const isArgumentError = (error: unknown) => error instanceof ArgumentError
  const names = [
    '',
    'sixteen-bytes-xx',
    'üüüüüüüü',
    '.',
    '..',
    'a/b',
    'a:b',
    'a b',
    'a\tb',
    'a\0b',
    '100%',
    'tap%s',
    '%d%d',
    5,
    null,
  ]
  for (const name of names as string[]) {
    assert.throws(() => TunTap.create({ mode: 'tap', name }), isArgumentError, JSON.stringify(name))
    assert.throws(() => TunTap.attach({ mode: 'tap', name }), isArgumentError, JSON.stringify(name))
  }
  assert.throws(() => TunTap.attach({ mode: 'tap', name: 'tap%d' }), isArgumentError)
  assert.throws(() => TunTap.attach({ mode: 'tap' } as never), isArgumentError)
  for (const id of [-1, 1.5, 0xffffffff, 2 ** 32, Number.NaN, '0', null] as number[]) {
    assert.throws(() => TunTap.create({ mode: 'tap', owner: id }), isArgumentError, String(id))
    assert.throws(() => TunTap.create({ mode: 'tap', group: id }), isArgumentError, String(id))
  }
  for (const mode of ['TAP', '', undefined, 2]) assert.throws(() => TunTap.create({ mode } as never), isArgumentError)
  assert.equal(openedSince(before), [])
})

test('an invalid namespace is a SystemError', () => {
  for (const [netns, code] of [
    ['/run/netns/netloom-none', 'ENOENT'],
    ['/etc/passwd', 'EINVAL'],
  ] as const) {
    assert.throws(
      () => TunTap.create({ mode: 'tap', name: 'tap0', netns }),
      (error: unknown) => error instanceof SystemError && error.code === code,
    )
  }
})

test('using a closed device is a TypeError, closing it again has no effect', () =>
  inScratch(({ path: netns }) => {
    const device = TunTap.create({ mode: 'tap', netns })
    device.close()
    device.close()
    device[Symbol.dispose]()
    for (const call of [
      () => device.read(),
      () => device.write(Buffer.alloc(14)),
      () => device.setPersist(true),
      () => device.setOwner(0),
      () => device.setGroup(0),
      () => device.setCarrier(true),
    ]) {
      assert.throws(call, (error: unknown) => error instanceof TypeError && /closed/.test(error.message))
    }
  }))

test('200 created devices and 200 failures leave no descriptor', () =>
  inScratch((namespace) => {
    const { path: netns } = namespace
    const taken = TunTap.create({ mode: 'tap', name: 'taken', netns })
    const before = openFiles()
    for (let i = 0; i < 200; i++) {
      TunTap.create({ mode: 'tap', netns }).close()
      assert.is(
        failureOf(() => TunTap.create({ mode: 'tap', name: 'taken', netns })),
        'TUNSETIFF EBUSY',
      )
      assert.is(
        failureOf(() => TunTap.attach({ mode: 'tap', name: 'none', netns })),
        'SIOCGIFINDEX ENODEV',
      )
    }
    assert.equal(openedSince(before), [])
    taken.close()
  }))

test.run()

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { ArgumentError, Netlink, SystemError, withNetns } from '@netloom/netlink'
import { Netns, NetnsError } from '@netloom/netlink/netns'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

const test = suiteNeeding('named namespaces', 'netns')

const folder = '/run/netns'
const here = () => readlinkSync('/proc/thread-self/ns/net')
const descriptors = () => readdirSync('/proc/self/fd').length
let made = 0
const unusedName = () => `netloom-test-${process.pid}-n${++made}`

/** Runs `use` with a name, and deletes what is there afterwards, whatever it is. */
function withName<T>(use: (name: string) => T): T {
  const name = unusedName()
  const clean = () => {
    while (spawnSync('umount', ['-l', `${folder}/${name}`]).status === 0);
    try {
      unlinkSync(`${folder}/${name}`)
    } catch {}
  }
  let result: T
  try {
    result = use(name)
  } catch (error) {
    clean()
    throw error
  }
  if (result instanceof Promise) return result.finally(clean) as T
  clean()
  return result
}

function errorOf(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return assert.unreachable('nothing was thrown')
}

/** The mounts of a namespace file, without what differs between namespaces: ids of mounts and peer groups, name, inode. */
const mountsOf = (name: string) =>
  readFileSync('/proc/self/mountinfo', 'latin1')
    .split('\n')
    .filter((line) => line.includes(`/${name} `))
    .map((line) =>
      line
        .replace(/^\d+ /, '')
        .replace(/shared:\d+/, 'shared')
        .replace(name, 'NAME')
        .replace(/net:\[\d+\]/, 'net'),
    )

test('a namespace is mounted exactly as by ip netns add', () =>
  withName((own) =>
    withName((other) => {
      execFileSync('ip', ['netns', 'add', other])
      const before = [here(), descriptors()]
      const netns = Netns.create(own)
      assert.equal([here(), descriptors()], before)
      assert.is(netns.path, `${folder}/${own}`)
      assert.is(mountsOf(own).length, 1)
      assert.equal(mountsOf(own), mountsOf(other))
      const attributes = (name: string) => {
        const { mode, uid, gid, size, nlink, dev } = lstatSync(`${folder}/${name}`)
        return { mode, uid, gid, size, nlink, dev }
      }
      assert.equal(attributes(own), attributes(other))
      // What is below the mount.
      for (const name of [own, other]) execFileSync('umount', [`${folder}/${name}`])
      assert.equal(attributes(own), attributes(other))
    }),
  ))

test('each finds and deletes the namespaces of the other: ip netns and Netns', () =>
  withName((own) =>
    withName((other) => {
      const names = () => Netns.list().map(({ name }) => name)
      const listed = () => execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).split(/\s+/)
      execFileSync('ip', ['netns', 'add', other])
      const netns = Netns.create(own)
      for (const name of [own, other]) {
        assert.ok(names().includes(name), name)
        assert.ok(listed().includes(name), name)
      }
      const inode = execFileSync('ip', ['netns', 'exec', own, 'readlink', '/proc/self/ns/net'], { encoding: 'utf8' })
      assert.is(inode.trim(), `net:[${netns.inode}]`)
      assert.is(netns.run(here), inode.trim())
      Netns.delete(other)
      execFileSync('ip', ['netns', 'delete', own])
      for (const name of [own, other]) {
        assert.not(existsSync(`${folder}/${name}`))
        assert.not(names().includes(name))
        assert.equal(mountsOf(name), [])
      }
      assert.is(netns.inode, undefined)
    }),
  ))

test('a new namespace has nothing but lo, which is down, and a Netns is accepted wherever a namespace is given', () =>
  withName((name) => {
    const netns = Netns.create(name)
    using nl = Netlink.open({ netns })
    assert.equal(
      nl.link.listSync().map((link) => [link.name, link.up]),
      [['lo', false]],
    )
    using anonymous = Netns.anonymous()
    using there = Netlink.open({ netns: anonymous })
    nl.link.addSync({ name: 'pair0', kind: 'veth', peer: { name: 'pair1', netns: anonymous } })
    nl.link.addSync({ name: 'moved0', kind: 'veth', peer: { name: 'moved1' } })
    nl.link.setSync('moved0', { netns: anonymous })
    assert.equal(
      there.link
        .listSync()
        .map((link) => link.name)
        .sort(),
      ['lo', 'moved0', 'pair1'],
    )
    there.link.setSync('moved0', { netns })
    assert.ok(nl.link.getSync('moved0'))
    assert.is(withNetns(anonymous, here), `net:[${anonymous.inode}]`)
  }))

test('an anonymous namespace ends with its descriptor', async () => {
  const before = [Netns.list().length, descriptors(), here()]
  const anonymous = Netns.anonymous()
  await inScratch(async (scratch) => {
    using nl = Netlink.open({ netns: scratch.path })
    nl.link.addSync({ name: 'pair0', kind: 'veth', peer: { name: 'pair1', netns: anonymous } })
    anonymous.close()
    anonymous.close()
    // The kernel deletes the other end with the namespace.
    await until('the pair to be deleted', () => nl.link.getSync('pair0') === undefined)
  })
  assert.instance(
    errorOf(() => anonymous.run(here)),
    ArgumentError,
  )
  assert.instance(
    errorOf(() => Netlink.open({ netns: anonymous })),
    ArgumentError,
  )
  assert.equal([descriptors(), here()], before.slice(1))
})

test('names are checked as by iproute2', () => {
  const longest = 'n'.repeat(255)
  const invalid: readonly unknown[] = [
    '',
    '.',
    '..',
    'a/b',
    '/',
    'n'.repeat(256),
    'é'.repeat(128),
    'a\0b',
    '\ud800',
    7,
    null,
    undefined,
  ]
  for (const name of invalid as string[])
    for (const call of [() => Netns.create(name), () => Netns.delete(name), () => new Netns(name)])
      assert.match(String(errorOf(call)), /^TypeError: expected the name of a namespace to be 1 to 255 bytes/)
  for (const name of [
    longest,
    `netloom test-${process.pid}`,
    `netloom:test-${process.pid}`,
    `-netloom-é-${process.pid}`,
  ]) {
    Netns.create(name)
    assert.ok(Netns.list().some((netns) => netns.name === name))
    execFileSync('ip', ['netns', 'delete', name])
  }
})

test('a name that is taken is refused with what is there, which stays', () =>
  withName((name) => {
    const path = `${folder}/${name}`
    const { inode } = Netns.create(name)
    const refused = (found: string) => {
      const before = [here(), descriptors()]
      const error = errorOf(() => Netns.create(name))
      assert.instance(error, NetnsError)
      assert.instance(error, SystemError)
      const { code, netns, path: at, found: what } = error as NetnsError
      assert.equal({ code, netns, at, what }, { code: 'EEXIST', netns: name, at: path, what: found })
      assert.is((error as Error).message, `open ${path} (${found}): EEXIST`)
      assert.equal([here(), descriptors()], before)
    }
    refused('a namespace')
    assert.is(new Netns(name).inode, inode)
    Netns.delete(name)
    writeFileSync(path, 'kept')
    refused('a file')
    assert.is(readFileSync(path, 'utf8'), 'kept')
    unlinkSync(path)
    symlinkSync('/proc/self/ns/net', path)
    refused('a link to a namespace')
    unlinkSync(path)
    mkdirSync(path)
    refused('a folder')
    rmdirSync(path)
  }))

test('what is no namespace is not deleted, except the mount point of an ip netns add that was killed', () =>
  withName((name) => {
    const path = `${folder}/${name}`
    const codeOf = (found: string) => {
      const error = errorOf(() => Netns.delete(name))
      assert.instance(error, NetnsError)
      assert.is((error as NetnsError).found, found)
      return (error as NetnsError).code
    }
    assert.is(codeOf('nothing'), 'ENOENT')
    writeFileSync(path, 'foreign')
    assert.is(codeOf('a file'), 'EINVAL')
    writeFileSync(path, '')
    assert.is(codeOf('a file'), 'EINVAL')
    unlinkSync(path)
    mkdirSync(path)
    assert.is(codeOf('a folder'), 'EINVAL')
    rmdirSync(path)
    symlinkSync('/etc/passwd', path)
    assert.is(codeOf('a symbolic link'), 'EINVAL')
    assert.not(Netns.list().some((netns) => netns.name === name))
    unlinkSync(path)

    writeFileSync(path, '', { mode: 0 })
    Netns.delete(name)
    assert.not(existsSync(path))

    symlinkSync('/proc/self/ns/net', path)
    assert.ok(Netns.list().some((netns) => netns.name === name))
    Netns.delete(name)
    assert.not(existsSync(path))
    assert.ok(existsSync('/proc/self/ns/net'))

    Netns.create(name)
    execFileSync('mount', ['--bind', '/proc/self/ns/net', path])
    Netns.delete(name)
    assert.not(existsSync(path))
  }))

test('a namespace in use loses its name, and ends with the process that uses it', () =>
  withName(async (name) => {
    const netns = Netns.create(name)
    const child = spawn('ip', ['netns', 'exec', name, 'sh', '-c', 'echo there; exec sleep 600'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    await once(child.stdout, 'data')
    await inScratch(async (scratch) => {
      using nl = Netlink.open({ netns: scratch.path })
      nl.link.addSync({ name: 'pair0', kind: 'veth', peer: { name: 'pair1', netns } })
      netns.delete()
      assert.not(existsSync(netns.path))
      assert.ok(nl.link.getSync('pair0'))
      assert.is(nl.nsid.getSync({ pid: child.pid ?? 0 }), nl.link.getSync('pair0')?.linkNetnsid)
      child.kill()
      await once(child, 'exit')
      await until('the pair to be deleted', () => nl.link.getSync('pair0') === undefined)
    })
  }))

test('concurrent creation in many processes, also of ip netns, mounts the folder once, and each name once', async () => {
  const names = Array.from({ length: 12 }, unusedName)
  const program = `import { Netns } from '@netloom/netlink/netns'; Netns.create(process.argv[1])`
  const own = ['--conditions=netloom', '--input-type=module', '-e', program]
  try {
    const results = names.map(async (name, index) => {
      const child = index % 2 ? spawn('ip', ['netns', 'add', name]) : spawn(process.execPath, [...own, name])
      const [status] = await once(child, 'exit')
      return status
    })
    assert.equal(
      await Promise.all(results),
      names.map(() => 0),
    )
    const mounts = readFileSync('/proc/self/mountinfo', 'latin1').split('\n')
    assert.is(mounts.filter((line) => line.includes(` ${folder} `)).length, 1)
    for (const name of names) assert.is(mountsOf(name).length, 1)
    // The same name: one of them creates it.
    const racers = Array.from({ length: 4 }, async () => {
      const [status] = await once(spawn(process.execPath, [...own, `${names[0]}-same`], { stdio: 'ignore' }), 'exit')
      return status
    })
    assert.equal((await Promise.all(racers)).sort(), [0, 1, 1, 1])
    assert.is(mountsOf(`${names[0]}-same`).length, 1)
  } finally {
    for (const name of [...names, `${names[0]}-same`]) spawnSync('ip', ['netns', 'delete', name])
  }
})

test('without CAP_SYS_ADMIN nothing is left', () => {
  const name = unusedName()
  const program = `
    import { readdirSync } from 'node:fs'
    import { Netns } from '@netloom/netlink/netns'
    for (const create of [() => Netns.create('${name}'), () => Netns.anonymous()])
      try { create() } catch (error) { console.log(error.name, error.code, error.syscall) }`
  const drop = ['--bounding-set=-sys_admin', '--inh-caps=-sys_admin']
  const node = [process.execPath, '--conditions=netloom', '--input-type=module', '-e', program]
  const printed = execFileSync('setpriv', [...drop, ...node], { encoding: 'utf8' })
  assert.match(printed, /^NetnsError EPERM mount\nSystemError EPERM unshare\n$/)
  assert.not(existsSync(`${folder}/${name}`))
})

test('watch yields the names that are added and removed, by any program', () =>
  withName((one) =>
    withName(async (other) => {
      using watch = Netns.watch()
      const next = async () => {
        for (;;) {
          const { value } = await watch.next()
          if (value === undefined || [one, other].includes(value.name)) return value
        }
      }
      const { inode } = Netns.create(one)
      assert.equal(await next(), { type: 'added', name: one, inode })
      execFileSync('ip', ['netns', 'add', other])
      const second = new Netns(other).inode
      assert.equal(await next(), { type: 'added', name: other, inode: second })
      execFileSync('ip', ['netns', 'delete', one])
      assert.equal(await next(), { type: 'removed', name: one, inode })
      // The mount comes later than the file.
      writeFileSync(`${folder}/${one}`, '')
      await new Promise((resolve) => setTimeout(resolve, 50))
      execFileSync('mount', ['--bind', '/proc/self/ns/net', `${folder}/${one}`])
      assert.equal(await next(), { type: 'added', name: one, inode: statSync('/proc/self/ns/net').ino })
      Netns.delete(other)
      assert.equal(await next(), { type: 'removed', name: other, inode: second })
      watch.close()
      assert.equal(await watch.next(), { done: true, value: undefined })
    }),
  ))

test('ids of namespaces are assigned, listed and resolved', () =>
  inScratch(async (scratch) => {
    using nl = Netlink.open({ netns: scratch.path })
    using anonymous = Netns.anonymous()
    await inScratch(async (other) => {
      assert.equal(await nl.nsid.list(), [])
      assert.is(await nl.nsid.get(other.name), undefined)
      assert.is(await nl.nsid.set(other.name, 7), 7)
      assert.is(nl.nsid.getSync(other.path), 7)
      const chosen = nl.nsid.setSync(anonymous)
      assert.is(await nl.nsid.get(anonymous), chosen)
      assert.equal(
        nl.nsid.listSync(),
        [7, chosen].sort((one, two) => one - two),
      )
      assert.is(await nl.nsid.pathOf(7), other.path)
      assert.is(nl.nsid.pathOfSync(chosen), undefined)
      assert.is(nl.nsid.pathOfSync(4711), undefined)
      assert.equal(
        execFileSync('ip', ['-n', scratch.name, 'netns', 'list-id'], { encoding: 'utf8' })
          .match(/nsid \d+/g)
          ?.sort(),
        [`nsid ${chosen}`, 'nsid 7'].sort(),
      )
      nl.link.addSync({ name: 'pair0', kind: 'veth', peer: { name: 'pair1', netns: other.name } })
      assert.is(nl.link.getSync('pair0')?.linkNetnsid, 7)
      assert.is((errorOf(() => nl.nsid.setSync(other.name, 8)) as NetnsError).code, 'EEXIST')
      assert.is((errorOf(() => nl.nsid.setSync({ pid: process.pid }, 7)) as NetnsError).code, 'EEXIST')
      for (const nsid of [-1, 0.5, 2 ** 31, '7' as never])
        assert.instance(
          errorOf(() => nl.nsid.setSync(other.name, nsid)),
          ArgumentError,
        )
      assert.instance(
        errorOf(() => nl.nsid.getSync('' as never)),
        ArgumentError,
      )
    })
  }))

test.run()

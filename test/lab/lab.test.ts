import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createLab, createLabSync, type Lab, LabError, labFixture, labTest, useLab } from '@netloom/netlink/lab'
import { Netns } from '@netloom/netlink/netns'
import * as assert from 'uvu/assert'
import { supported } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { isRunning } from '../support/processes.js'
import { until } from '../support/until.js'

const test = suiteNeeding('labs', 'netns')

const here = () => readlinkSync('/proc/thread-self/ns/net')
const labsOf = (pid: number | undefined = process.pid) =>
  Netns.list().filter(({ name }) => name.includes(`-${pid}-`) && name.startsWith('netloom-lab-'))
const descriptors = () => readdirSync('/proc/self/fd').length

/** A client, a router and a server. Links are listed upper first, and refer to pairs that are described elsewhere. */
const routed = {
  client: {
    addresses: [
      { address: '10.0.1.2/24', dev: 'eth0' },
      { address: 'fd00:1::2/64', dev: 'eth0' },
    ],
    routes: [
      { dst: 'default', via: '10.0.1.1' },
      { dst: 'default', via: 'fd00:1::1' },
    ],
  },
  router: {
    forwarding: true,
    sysctls: { 'net.ipv4.conf.br0.rp_filter': 2, 'net/ipv4/conf/all/log_martians': 1 },
    links: [
      { name: 'in0', kind: 'veth', master: 'br0', peer: { name: 'eth0', netns: 'client' } },
      { name: 'out0', kind: 'veth', peer: { name: 'eth0', netns: 'server', address: '02:00:00:00:00:07' } },
      { name: 'br0', kind: 'bridge' },
      { name: 'down0', kind: 'veth', up: false, peer: { name: 'down1', up: false } },
    ],
    addresses: [
      { address: '10.0.1.1/24', dev: 'br0' },
      { address: 'fd00:1::1/64', dev: 'br0' },
      { address: '10.0.2.1/24', dev: 'out0' },
      { address: 'fd00:2::1/64', dev: 'out0' },
    ],
    rules: [{ priority: 100, from: '10.0.9.0/24', table: 9 }],
    routes: [{ dst: '10.9.0.0/16', via: '10.0.2.2', table: 9 }],
    neighbours: [{ dst: '10.0.2.9', lladdr: '02:00:00:00:00:09', dev: 'out0', state: ['PERMANENT'] }],
    nexthops: [{ id: 7, via: '10.0.2.2', dev: 'out0' }],
    qdiscs: [{ dev: 'out0', kind: 'ingress' }],
  },
  server: {
    addresses: [
      { address: '10.0.2.2/24', dev: 'eth0' },
      { address: 'fd00:2::2/64', dev: 'eth0' },
    ],
    routes: [
      { dst: 'default', via: '10.0.2.1' },
      { dst: 'default', via: 'fd00:2::1' },
    ],
  },
} as const

/** Sends a datagram from a namespace to an address, and returns what arrives in another one. */
async function send(from: Lab['ns'][string], to: Lab['ns'][string], address: string): Promise<string> {
  const receive = `
    const socket = require('dgram').createSocket({ type: '${address.includes(':') ? 'udp6' : 'udp4'}' })
    socket.bind(4711, () => console.log('ready'))
    socket.on('message', (text, { address }) => { console.log(text + ' ' + address); socket.close() })`
  const receiver = to.spawn(process.execPath, ['-e', receive], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = receiver.stdout as NodeJS.ReadableStream
  const closed = once(receiver, 'close')
  let printed = ''
  lines.on('data', (text) => {
    printed += text
  })
  await until('a receiver', () => printed.includes('ready'))
  const sender = `
    const socket = require('dgram').createSocket('${address.includes(':') ? 'udp6' : 'udp4'}')
    socket.send('hello', 4711, '${address}', () => socket.close())`
  await from.exec(process.execPath, ['-e', sender])
  await closed
  return printed.split('\n')[1] ?? ''
}

test('a lab has everything that its description contains, and packets pass at once', async () => {
  const before = [here(), descriptors()]
  const lab = await createLab(routed)
  try {
    const { client, router, server } = lab.ns
    const names = router.nl.link.listSync().map(({ name, up }) => [name, up])
    assert.equal(
      new Map(names as [string, boolean][]),
      new Map([
        ['lo', true],
        ['br0', true],
        ['in0', true],
        ['out0', true],
        ['down0', false],
        ['down1', false],
      ]),
    )
    const bridge = router.nl.link.getSync('br0')
    assert.is(router.nl.link.getSync('in0')?.master, bridge?.index)
    assert.is(server.nl.link.getSync('eth0')?.address, '02:00:00:00:00:07')
    const setting = (name: string) => router.run(() => readFileSync(`/proc/sys/net/${name}`, 'utf8').trim())
    assert.is(setting('ipv4/ip_forward'), '1')
    assert.is(setting('ipv6/conf/all/forwarding'), '1')
    assert.is(setting('ipv4/conf/br0/rp_filter'), '2')
    assert.is(setting('ipv4/conf/all/log_martians'), '1')
    assert.is(router.nl.rule.getSync({ priority: 100 })?.table, 9)
    assert.is(router.nl.route.listSync({ table: 9 })[0]?.dst, '10.9.0.0/16')
    assert.equal(
      router.nl.nexthop.listSync().map(({ id }) => id),
      [7],
    )
    assert.is(router.nl.qdisc.listSync({ kind: 'ingress' }).length, 1)
    assert.equal(router.nl.neighbour.listSync({ dev: 'out0' }).filter(({ dst }) => dst === '10.0.2.9').length, 1)
    assert.is(await send(client, server, '10.0.2.2'), 'hello 10.0.1.2')
    assert.is(await send(client, server, 'fd00:2::2'), 'hello fd00:1::2')
    assert.is(client.execSync('readlink', ['/proc/self/ns/net']).trim(), `net:[${client.netns.inode}]`)
    assert.match(execFileSync('ip', ['-n', client.netns.name, 'addr'], { encoding: 'utf8' }), /10\.0\.1\.2/)
    const failed = await client.exec('sh', ['-c', 'echo wrong >&2; exit 3']).catch((error) => error)
    assert.equal([failed.code, failed.stderr], [3, 'wrong\n'])
  } finally {
    lab.close()
  }
  lab.close()
  assert.equal(labsOf(), [])
  assert.equal([here(), descriptors()], before)
})

test('createLabSync() creates the same, and dispose closes it', () => {
  let name: string
  {
    using lab = createLabSync(routed)
    name = lab.ns.client.netns.name
    assert.is(lab.ns.client.nl.address.listSync({ dev: 'eth0' }).length, 3)
    assert.ok(Netns.list().some((netns) => netns.name === name))
  }
  assert.not(Netns.list().some((netns) => netns.name === name))
})

test('a wrong description is refused before anything is made, with all faults and their paths', async () => {
  const before = descriptors()
  const wrong = {
    web: {
      links: [
        { name: 'eth0', kind: 'veth', peer: { name: 'eth0', netns: 'nowhere' } },
        { name: 'eth0', kind: 'bridge', mtu: 'big' },
        { name: 'port0', kind: 'veth', master: 'br9', peer: { name: 'port1' } },
        { name: 'vlan0', kind: 'vlan', link: 'none0', data: { id: 7 } },
        { name: 'moved0', kind: 'bridge', netns: 'other' },
      ],
      addresses: [
        { address: '10.0.0.1/33', dev: 'eth0' },
        { address: '10.0.0.1/24' },
        { address: '10.0.0.2/24', dev: 'x0' },
      ],
      routes: [
        { dst: 'default', via: '10.0.0' },
        { dst: '10.1.0.0/16', multipath: [{ dev: 'y0' }] },
      ],
      rules: [{ priority: -1 }],
      impairments: [
        { dev: 'eth0', loss: 2 },
        { dev: 'eth0', delai: 1 },
      ],
    },
    other: {},
  }
  const error = await createLab(wrong as never).catch((thrown) => thrown)
  assert.instance(error, LabError)
  const faults = (error as LabError).faults
  assert.equal(
    faults.map(({ path }) => path),
    [
      'web.links[0].peer.netns',
      'web.links[1]',
      'web.links[1].name',
      'web.links[4].netns',
      'web.links[2].master',
      'web.links[3].link',
      'web.addresses[0]',
      'web.addresses[1]',
      'web.addresses[2].dev',
      'web.routes[0]',
      'web.routes[1].multipath[0].dev',
      'web.rules[0]',
      'web.impairments[0]',
      'web.impairments[1]',
    ],
    error.message,
  )
  assert.is(faults[0]?.reason, 'expected one of web, other, got "nowhere"')
  assert.is(faults[4]?.reason, 'expected a link of web: lo, eth0, port0, port1, vlan0, moved0, got "br9"')
  for (const [spec, path] of [
    [7, ''],
    [{ 'a/b': {} }, 'a/b'],
    [{ '..': {} }, '..'],
    [{ web: [] }, 'web'],
    [{ web: { link: [] } }, 'web'],
    [{ web: { links: {} } }, 'web.links'],
    [{ web: { links: [7] } }, 'web.links[0]'],
    [{ web: { links: [{ kind: 'bridge' }] } }, 'web.links[0].name'],
    [{ web: { links: [{ name: 'x', kind: 'bridge', netns: 'web' }] } }, 'web.links[0].netns'],
    [{ web: { forwarding: 1 } }, 'web.forwarding'],
    [{ web: { sysctls: { 'kernel.hostname': 'x' } } }, 'web.sysctls'],
    [{ web: { sysctls: { 'net/../kernel/hostname': 'x' } } }, 'web.sysctls'],
    [
      {
        web: {
          links: [
            { name: 'a', kind: 'macvlan', link: 'b' },
            { name: 'b', kind: 'macvlan', link: 'a' },
          ],
        },
      },
      'web.links[0].link',
    ],
  ] as const) {
    const thrown = await createLab(spec as never).catch((caught) => caught)
    assert.instance(thrown, LabError, String(thrown))
    assert.is((thrown as LabError).faults[0]?.path, path)
  }
  assert.throws(() => createLabSync({}, { settled: 1 } as never), /expected the options settle, plainNames/)
  assert.equal(labsOf(), [])
  assert.is(descriptors(), before)
})

test('what the kernel refuses leaves nothing, and is named by its path', async () => {
  const before = descriptors()
  const spec = {
    one: { links: [{ name: 'br0', kind: 'bridge' }] },
    two: { sysctls: { 'net.ipv4.no_such_setting': 1 } },
  } as const
  const error = await createLab(spec).catch((thrown) => thrown)
  assert.instance(error, LabError)
  assert.equal((error as LabError).faults, [
    {
      path: 'two.sysctls > net.ipv4.no_such_setting',
      reason: 'open /proc/sys/net/ipv4/no_such_setting: ENOENT',
    },
  ])
  assert.is(error.cause.code, 'ENOENT')
  assert.equal(labsOf(), [])
  assert.is(descriptors(), before)
})

test('the fixtures give each test a lab of its own, and close it, also after a failure', async () => {
  const spec = { web: {} }
  const seen: string[] = []
  const run = labTest(spec, (lab, context: string) => {
    seen.push(lab.ns.web.netns.name, context)
    throw new Error('expected')
  })
  assert.is(run.length, 0)
  assert.match(String(await run('context').catch((error) => error)), /expected/)
  assert.is(seen[1], 'context')
  assert.equal(labsOf(), [])

  const after: (() => void)[] = []
  const lab = await useLab({ after: (fn) => after.push(fn) }, spec)
  assert.is(labsOf().length, 1)
  for (const close of after) close()
  assert.instance(lab.ns.web, Object)
  assert.equal(labsOf(), [])

  const fixture = labFixture(spec)
  await fixture({}, async ({ ns }) => {
    assert.equal(
      labsOf().map(({ name }) => name),
      [ns.web.netns.name],
    )
  })
  assert.equal(labsOf(), [])
  assert.match(String(fixture), /^async \(\{ *\}/)
})

const program = (body: string) => `
  import { createLab } from '@netloom/netlink/lab'
  const lab = await createLab({ web: { links: [{ name: 'br0', kind: 'bridge' }] } })
  const child = lab.ns.web.spawn('sleep', ['600'], { stdio: 'ignore' })
  console.log(child.pid)
  ${body}`

async function started(body: string) {
  const flags = ['--conditions=netloom', '--input-type=module', '-e', program(body)]
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  const node = spawn(process.execPath, flags, { cwd, stdio: ['ignore', 'pipe', 'ignore'] })
  const exit = once(node, 'exit')
  const [text] = await once(node.stdout, 'data')
  return { node, exit, child: Number(String(text)), labs: () => labsOf(node.pid) }
}

const wait = 'setInterval(() => {}, 1000)'
for (const [name, body, signal, ending] of [
  ['an uncaught error', "throw new Error('expected')", undefined, [1, null]],
  ['process.exit()', 'process.exit(7)', undefined, [7, null]],
  ['SIGTERM', wait, 'SIGTERM', [null, 'SIGTERM']],
  ['SIGINT', wait, 'SIGINT', [null, 'SIGINT']],
  ['SIGHUP', wait, 'SIGHUP', [null, 'SIGHUP']],
  ['a signal that the program handles', `process.on('SIGTERM', () => process.exit(9)); ${wait}`, 'SIGTERM', [9, null]],
] as const) {
  test(`after ${name}, nothing is left of a lab`, async () => {
    const { node, exit, child, labs } = await started(body)
    if (signal) node.kill(signal)
    assert.equal(await exit, ending)
    assert.equal(labs(), [])
    await until('the end of what ran in it', () => !isRunning(child))
  })
}

test('after SIGKILL, the next lab sweeps, and leaves the labs of running processes alone', async () => {
  const killed = await started(wait)
  const running = await started(wait)
  killed.node.kill('SIGKILL')
  await killed.exit
  assert.is(killed.labs().length, 1)
  // A process with the id of the dead one, but another start.
  const [leftover] = killed.labs()
  const reused = leftover?.name.replace(/^(netloom-lab-\d+)-\d+-\d+-/, `$1-${running.node.pid}-1-`) ?? ''
  Netns.create(reused)
  const foreignPids = (leftover?.name ?? '').replace(/^netloom-lab-\d+/, 'netloom-lab-1')
  Netns.create(foreignPids)
  try {
    const lab = await createLab({ web: {} })
    lab.close()
    assert.equal(
      killed.labs().map(({ name }) => name),
      [foreignPids],
    )
    assert.is(new Netns(reused).inode, undefined)
    assert.is(running.labs().length, 1)
    await until('the end of what ran in it', () => !isRunning(killed.child))
    assert.ok(isRunning(running.child))
  } finally {
    spawnSync('ip', ['netns', 'delete', foreignPids])
    running.node.kill('SIGTERM')
    await running.exit
  }
})

/** Returns the name of a namespace of a process that has ended. */
function nameOfDead(): string {
  const { pid } = spawnSync('true')
  return `netloom-lab-${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}-${pid}-1-abcdef-web`
}

test('a mount point that a killed process had no time to use is swept; other files with such names stay', () => {
  const [unused, file] = [nameOfDead(), nameOfDead()].map((name) => new Netns(name).path) as [string, string]
  const anchor = createLabSync({ web: {} })
  try {
    writeFileSync(unused, '', { mode: 0 })
    writeFileSync(file, 'something else')
    createLabSync({ web: {} }).close()
    assert.is(existsSync(unused), false)
    assert.is(readFileSync(file, 'utf8'), 'something else')
  } finally {
    anchor.close()
    for (const path of [unused, file]) rmSync(path, { force: true })
  }
})

test('nothing is killed in the namespace of the process, even if a leftover stands for it', () => {
  const name = nameOfDead()
  const own = `
    import { createLab } from '@netloom/netlink/lab'
    const lab = await createLab({ web: {} })
    lab.close()
    console.log('alive')`
  const node = `${process.execPath} --conditions=netloom --input-type=module -e "$1"`
  // In a folder of its own: other tests would sweep the name, too, and kill what is in the namespace.
  const folder = 'mount --make-rprivate / && mount -t tmpfs tmpfs /run/netns'
  const script = `${folder} && { sleep 600 & sleep=$!; } && ip netns attach ${name} $$ && ${node} && ip netns list && kill $sleep`
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  const options = { encoding: 'utf8', cwd } as const
  const { stdout, stderr, status } = spawnSync('unshare', ['-n', '-m', 'sh', '-c', script, 'sh', own], options)
  assert.is(stdout, 'alive\n', stderr)
  assert.is(status, 0, 'the other process was alive')
})

test('a hundred labs at once', async () => {
  const pair = { links: [{ name: 'eth0', kind: 'veth', peer: { name: 'eth0', netns: 'two' } }] } as const
  const labs = await Promise.all(Array.from({ length: 100 }, () => createLab({ one: pair, two: {} })))
  assert.is(new Set(labs.map(({ ns }) => ns.one.netns.inode)).size, 100)
  assert.is(labsOf().length, 200)
  for (const lab of labs) lab.close()
  assert.equal(labsOf(), [])
})

test('fixtures work with the test runner of Node', () => {
  const body = `
    import { test } from 'node:test'
    import { labTest, useLab } from '@netloom/netlink/lab'
    import { equal } from 'node:assert/strict'
    const spec = { web: { links: [{ name: 'br0', kind: 'bridge' }] } }
    test('wrapped', labTest(spec, async (lab, context) => {
      equal(context.name, 'wrapped')
      equal((await lab.ns.web.nl.link.get('br0')).kind, 'bridge')
    }))
    test('hooked', async (t) => {
      const lab = await useLab(t, spec)
      console.log('NAME ' + lab.ns.web.netns.name)
    })
    test('failing', labTest(spec, () => { throw new Error('expected') }))`
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  const flags = ['--conditions=netloom', '--test-reporter=tap', '--input-type=module', '-e', body]
  // A test runner inside another one would report to it.
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined }
  const { stdout, stderr, status } = spawnSync(process.execPath, flags, { encoding: 'utf8', cwd, env })
  assert.is(status, 1, stderr)
  assert.match(stdout, /^ok 1 - wrapped$/m)
  assert.match(stdout, /^ok 2 - hooked$/m)
  assert.match(stdout, /^not ok 3 - failing$/m)
  const [, name = ''] = stdout.match(/NAME (\S+)/) ?? []
  assert.match(name, /^netloom-lab-/)
  assert.not(Netns.list().some((netns) => netns.name === name))
})

test('VLANs, bonds, tunnels and impairments', async () => {
  const lab = await createLab({
    one: {
      links: [
        { name: 'tun0', kind: 'vxlan', data: { id: 7, local: '10.0.0.1', group: '10.0.0.2', port: 4789 } },
        { name: 'eth0', kind: 'veth', peer: { name: 'eth0', netns: 'two' } },
      ],
      addresses: [{ address: '10.0.0.1/24', dev: 'eth0' }],
    },
    two: {},
  })
  assert.is(lab.ns.one.nl.link.getSync('tun0')?.kind, 'vxlan')
  lab.close()
  supported('bonds with VLANs', () => {
    using bonded = createLabSync({
      one: {
        links: [
          { name: 'vlan7', kind: 'vlan', link: 'bond0', data: { id: 7 } },
          { name: 'bond0', kind: 'bond', data: { mode: 'active-backup', miimon: 100 } },
          { name: 'eth0', kind: 'veth', master: 'bond0', peer: { name: 'eth0', netns: 'two' } },
          { name: 'eth1', kind: 'veth', master: 'bond0', peer: { name: 'eth1', netns: 'two' } },
        ],
        addresses: [{ address: '10.7.0.1/24', dev: 'vlan7' }],
      },
      two: {},
    })
    const { nl } = bonded.ns.one
    const bond = nl.link.getSync('bond0')
    assert.is(nl.link.getSync('vlan7')?.link, bond?.index)
    assert.is(nl.link.getSync('eth1')?.master, bond?.index)
    assert.is(nl.link.getSync('bond0')?.up, true)
  })
  supported('netem', () => {
    using impaired = createLabSync({
      one: {
        links: [{ name: 'eth0', kind: 'veth', peer: { name: 'eth0', netns: 'two' } }],
        impairments: [
          {
            dev: 'eth0',
            delay: 20,
            jitter: 2.5,
            loss: 0.5,
            duplicate: 0.01,
            corrupt: 0.001,
            reorder: 0.25,
            rate: 8e6,
            limit: 77,
          },
        ],
      },
      two: {},
    })
    const printed = impaired.ns.one.execSync('tc', ['qdisc', 'show', 'dev', 'eth0'])
    for (const part of [
      'netem',
      'limit 77',
      'delay 20ms  2.5ms',
      'loss 50%',
      'duplicate 1%',
      'corrupt 0.1%',
      'reorder 25%',
      'rate 8Mbit',
    ])
      assert.ok(printed.includes(part), `${part} in ${printed}`)
  })
})

test('the compiler refuses a link to a namespace that the lab does not have, and gives the namespaces their names', () => {
  const checked = async () => {
    const pair = { name: 'eth0', kind: 'veth' } as const
    await createLab({ one: { links: [{ ...pair, peer: { name: 'eth0', netns: 'two' } }] }, two: {} })
    // @ts-expect-error there is no namespace three
    await createLab({ one: { links: [{ ...pair, peer: { name: 'eth0', netns: 'three' } }] }, two: {} })
    // @ts-expect-error links of the lab are in the namespace that they are described in
    await createLab({ one: { links: [{ ...pair, netns: 'two' }] }, two: {} })
    // @ts-expect-error not a key of a bridge
    await createLab({ one: { links: [{ name: 'br0', kind: 'bridge', data: { vlanFiltring: true } }] } })
    const lab = await createLab({ one: {} })
    lab.ns.one.nl.close()
    // @ts-expect-error
    lab.ns.two.nl.close()
  }
  assert.type(checked, 'function')
})

test.run()

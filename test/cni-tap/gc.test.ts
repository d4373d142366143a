import { spawn, spawnSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import { callPlugin, plugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: GC', 'netns', 'tun', 'strace', 'cniPlugins')

const valid = (...pairs: [containerID: string, ifname: string][]) => ({
  'cni.dev/valid-attachments': pairs.map(([containerID, ifname]) => ({ containerID, ifname })),
})

/** Creates three taps of the network in two namespaces, and devices of others. */
async function withTaps(use: (a: Attachment, b: Attachment) => void) {
  await attached((a) =>
    attached((b) => {
      a.succeed('ADD', a.config(), { containerId: 'c1', ifname: 'tap0' })
      a.succeed('ADD', a.config(), { containerId: 'c1', ifname: 'tap1' })
      a.succeed('ADD', a.config(), { containerId: 'c2', ifname: 'tap0', netns: b.namespace.path })
      b.succeed('ADD', b.config(), { containerId: 'c2', ifname: 'other-net' })
      b.namespace.exec('ip', ['tuntap', 'add', 'mode', 'tap', 'name', 'foreign'])
      b.namespace.exec('ip', ['link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1'])
      const { ifalias } = b.link('tap0')
      b.namespace.exec('ip', ['link', 'set', 'veth0', 'alias', ifalias])
      use(a, b)
    }),
  )
}

const foreign = ['foreign', 'other-net', 'veth0', 'veth1']

test('keeps valid attachments in every namespace', () =>
  withTaps((a, b) => {
    a.succeed('GC', a.config(valid(['c1', 'tap0'], ['c1', 'tap1'], ['c2', 'tap0'])))
    assert.equal(a.devices().sort(), ['lo', 'tap0', 'tap1'])
    assert.equal(b.devices().sort(), [...foreign, 'lo', 'tap0'].sort())
  }))

test('removes attachments that are not valid, and nothing of others', () =>
  withTaps((a, b) => {
    assert.is(a.succeed('GC', a.config(valid(['c1', 'tap1'], ['c1', 'tap9']))).stdout, '')
    assert.equal(a.devices().sort(), ['lo', 'tap1'])
    assert.equal(b.devices().sort(), [...foreign, 'lo'].sort())
    a.succeed('GC', a.config(valid()))
    assert.equal(a.devices(), ['lo'])
  }))

test('reads the legacy key too, and an attachment in either list is valid', () =>
  withTaps((a, b) => {
    const legacy = { 'cni.dev/attachments': [{ containerID: 'c2', ifname: 'tap0' }] }
    a.succeed('GC', a.config({ ...valid(['c1', 'tap0']), ...legacy }))
    assert.equal(a.devices().sort(), ['lo', 'tap0'])
    a.succeed('GC', a.config({ ...legacy, 'cni.dev/valid-attachments': null }))
    assert.equal(a.devices(), ['lo'])
    assert.ok(b.devices().includes('tap0'))
  }))

test('a missing or malformed list is an error, never an empty list', () =>
  withTaps((a, b) => {
    a.fail('GC', a.config(), 7, 'missing cni.dev/valid-attachments')
    a.fail('GC', a.config({ 'cni.dev/valid-attachments': [null] }), 6)
    a.fail('GC', a.config({ 'cni.dev/valid-attachments': {} }), 6)
    a.fail('GC', a.config({ 'cni.dev/valid-attachments': [{ containerID: 'c1' }] }), 6)
    assert.equal(a.devices().sort(), ['lo', 'tap0', 'tap1'])
    assert.ok(b.devices().includes('tap0'))
  }))

for (const keys of [
  { 'cni.dev/valid-attachments': null },
  { 'CNI.DEV/valid-Attachments': null },
  { 'cni.dev/attachments': null },
  { 'cni.dev/valid-attachments': [] },
]) {
  test(`removes all with the empty list ${JSON.stringify(keys)}`, () =>
    attached((a) => {
      a.succeed('ADD', a.config())
      a.succeed('GC', a.config(keys))
      a.assertClean()
    }))
}

test('runs GC of the IPAM plugin, and removes the taps even if that fails', () =>
  withTaps((a, b) => {
    a.succeed('GC', a.config({ ...valid(['c1', 'tap0']), ...a.fakeIpam('') }))
    assert.equal(a.ipamCalls, ['GC', 'DEL', 'DEL'])
    const failing = a.fakeIpam('', { GC: `echo '{"code":77,"msg":"m"}'; exit 1` })
    a.fail('GC', a.config({ ...valid(), ...failing }), 77, 'm')
    assert.equal(a.devices(), ['lo'])
    assert.not(b.devices().includes('tap0'))
  }))

test('works in a namespace where devices come and go all the time', () =>
  attached((a) => {
    const loop = 'while :; do ip link add v0 type veth peer name v1; ip link del v0; done'
    const busy = spawn('ip', ['netns', 'exec', a.namespace.name, 'sh', '-c', loop], { stdio: 'ignore', detached: true })
    try {
      for (let times = 0; times < 3; times++) {
        a.succeed('ADD', a.config())
        // A list that changes while the kernel dumps it may miss a device.
        for (let tries = 0; tries < 10 && a.devices().includes('tap0'); tries++) a.succeed('GC', a.config(valid()))
        assert.not(a.devices().includes('tap0'))
      }
    } finally {
      process.kill(-(busy.pid as number), 'SIGKILL')
    }
  }))

const collected = { containerId: 'c9', ifname: 'tap9' }

test('releases the host-local addresses of the removed attachments, and no others', () =>
  attached((a) => {
    const config = a.config(a.hostLocal('10.1.2.0/24', 'fd00:1::/64'))
    a.succeed('ADD', config)
    const kept = a.reservations()
    a.succeed('ADD', config, collected)
    assert.is(a.reservations().length, 2 * kept.length)
    a.succeed('GC', { ...config, ...valid(['c1', 'tap0']) })
    assert.equal(a.devices().sort(), ['lo', 'tap0'])
    assert.equal(a.reservations(), kept)
  }))

test('the IPAM plugin gets DEL for the attachment that the alias names, even if the device was renamed', () =>
  attached((a) => {
    const ipam = a.fakeIpam(
      { ips: [{ address: '10.0.0.2/24' }] },
      { DEL: `env | grep ^CNI_ | sort > '${a.folder}/env'` },
    )
    a.succeed('ADD', a.config(ipam), collected)
    a.namespace.exec('ip', ['link', 'set', 'tap9', 'down'])
    a.namespace.exec('ip', ['link', 'set', 'tap9', 'name', 'renamed'])
    const gc = a.call('GC', a.config({ ...ipam, ...valid() }), { args: 'X=Y' })
    assert.is(callPlugin({ ...gc, containerId: 'other', ifname: 'other0', netns: '/other' }).exitCode, 0)
    const expected = [
      'CNI_ARGS=',
      'CNI_COMMAND=DEL',
      'CNI_CONTAINERID=c9',
      'CNI_IFNAME=tap9',
      `CNI_NETNS=${a.namespace.path}`,
      `CNI_PATH=${gc.path}`,
    ]
    assert.equal(a.read('env').trim().split('\n'), expected)
    a.assertClean()
  }))

test('keeps a tap whose addresses the IPAM plugin did not release: it is the only record of them', () =>
  attached((a) => {
    const assigned = { ips: [{ address: '10.0.0.2/24' }] }
    const failing = a.fakeIpam(assigned, { DEL: `[ $CNI_IFNAME = tap1 ] || { echo '{"code":77,"msg":"m"}'; exit 1; }` })
    a.succeed('ADD', a.config(failing))
    a.succeed('ADD', a.config(failing), { ifname: 'tap1' })
    a.fail('GC', a.config({ ...failing, ...valid() }), 77, 'm')
    assert.equal(a.devices().sort(), ['lo', 'tap0'])
    a.succeed('GC', a.config({ ...a.fakeIpam(assigned), ...valid() }))
    a.assertClean()
  }))

test('a container ID that is only known as a hash: the tap is removed, and a note says that its addresses stay reserved', () =>
  attached((a) => {
    const config = a.config(a.hostLocal('10.1.2.0/24'))
    const containerId = 'c'.repeat(111)
    a.succeed('ADD', config, { containerId })
    const alias = a.link().ifalias
    const { stderr } = a.succeed('GC', { ...config, ...valid() })
    assert.is(
      stderr,
      `the addresses of ${JSON.stringify(alias)} stay reserved: its container ID is only known as a hash\n`,
    )
    assert.equal(a.devices(), ['lo'])
    a.succeed('DEL', config, { containerId })
    a.assertClean()
  }))

test('an alias that names no attachment, which a pod could set, does not reach the IPAM plugin', () =>
  attached((a) => {
    const ipam = a.fakeIpam('')
    for (const [index, rest] of ['c 1/tap0', '/tap0', 'c1', 'c1/', 'c1/a b', 'c1/a/b', '-/x'].entries()) {
      a.namespace.exec('ip', ['tuntap', 'add', 'mode', 'tap', 'name', `t${index}`])
      a.namespace.exec('ip', ['link', 'set', `t${index}`, 'alias', `netloom/${a.network}/${rest}`])
    }
    const { stderr } = a.succeed('GC', a.config({ ...ipam, ...valid() }))
    assert.is(stderr.match(/stay reserved: it names no attachment$/gm)?.length, 7)
    assert.equal(a.ipamCalls, ['GC'])
    assert.equal(a.devices(), ['lo'])
  }))

test('an alias that names a container of another namespace, which a pod could set, does not release the addresses of that container', () =>
  attached((a) =>
    attached((pod) => {
      const config = a.config(a.hostLocal('10.1.2.0/24'))
      a.succeed('ADD', config)
      const kept = a.reservations()
      pod.namespace.exec('ip', ['tuntap', 'add', 'mode', 'tap', 'name', 'evil'])
      pod.namespace.exec('ip', ['link', 'set', 'evil', 'alias', `netloom/${a.network}/c1/x`])
      const { stderr } = a.succeed('GC', { ...config, ...valid(['c1', 'tap0']) })
      assert.match(stderr, /stay reserved: the valid attachment of its container is in another namespace\n$/)
      assert.equal(a.reservations(), kept)
      assert.equal(pod.devices(), ['lo'])
    }),
  ))

/** Creates taps with these aliases, like a hostile pod. */
function forge(pod: Attachment, aliases: readonly string[]): void {
  const lines = aliases.flatMap((alias, at) => [`tuntap add mode tap name f${at}`, `link set f${at} alias ${alias}`])
  pod.namespace.exec('ip', ['-batch', '-'], { input: lines.join('\n'), stdio: 'pipe' })
}

test('a pod that claims a valid attachment of another container cannot release the addresses of that container', () =>
  attached((a) =>
    attached((pod) => {
      const config = a.config(a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }] }))
      a.succeed('ADD', config)
      const alias = (name: string) => `netloom/${a.network}/${name}`
      forge(pod, [alias('c1/tap0'), alias('c1/stale')])
      const { stderr } = a.succeed('GC', { ...config, ...valid(['c1', 'tap0']) })
      const why = 'it is not certain which namespace its container has'
      assert.is(stderr, `the addresses of "${alias('c1/stale')}" stay reserved: ${why}\n`)
      assert.equal(a.ipamCalls, ['ADD', 'GC'])
      assert.equal(pod.devices(), ['lo', 'f0'])
    }),
  ))

test('a pod with its own attachment cannot either, if the device of the other container is not visible', () =>
  attached((a) =>
    attached((pod) => {
      const config = a.config(a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }] }))
      a.succeed('ADD', config)
      a.namespace.exec('ip', ['link', 'set', 'tap0', 'alias', ''])
      a.succeed('ADD', config, { netns: pod.namespace.path, containerId: 'c2' })
      forge(pod, [`netloom/${a.network}/c1/tap0`, `netloom/${a.network}/c1/stale`])
      a.succeed('GC', { ...config, ...valid(['c1', 'tap0'], ['c2', 'tap0']) })
      assert.equal(a.ipamCalls, ['ADD', 'ADD', 'GC'])
      assert.equal(pod.devices(), ['lo', 'tap0', 'f0'])
    }),
  ))

test('with hundreds of forged aliases, GC starts few IPAM processes, and first those for the attachment of the plugin', () =>
  attached((a) => {
    const ipam = a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }] })
    a.succeed('ADD', a.config(ipam), collected)
    forge(
      a,
      Array.from({ length: 250 }, (_, at) => `netloom/${a.network}/x${at}/tap0`),
    )
    const { stderr } = a.succeed('GC', a.config({ ...ipam, ...valid() }))
    assert.is(stderr, `187 attachments in ${JSON.stringify(a.namespace.path)} stay until the next GC\n`)
    assert.equal(a.ipamCalls, ['ADD', 'GC', ...Array.from({ length: 64 }, () => 'DEL')])
    assert.not(a.devices().includes('tap9'))
    assert.is(a.devices().length, 1 + 187)
  }))

test('hundreds of devices are deleted with one request', () =>
  attached((a) => {
    forge(
      a,
      Array.from({ length: 250 }, (_, at) => `netloom/${a.network}/x${at}/tap0`),
    )
    a.namespace.exec('ip', ['link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1'])
    const strace = ['strace', '-f', '-qqq', '-e', 'trace=sendto', '-o', `${a.folder}/strace`]
    const { exitCode, stdout } = runGc({ one: a.namespace.path }, a, a.config(valid()), ...strace)
    assert.is(exitCode, 0, stdout)
    assert.is(a.read('strace').match(/nlmsg_type=(RTM_DELLINK|0x11)\b/g)?.length, 1)
    assert.equal(a.devices().sort(), ['lo', 'veth0', 'veth1'])
  }))

test('forged aliases that name no attachment cause few notes', () =>
  attached((a) => {
    forge(
      a,
      Array.from({ length: 30 }, (_, at) => `netloom/${a.network}/x${at}`),
    )
    const { stderr } = a.succeed('GC', a.config({ ...a.fakeIpam(''), ...valid() }))
    const lines = stderr.trimEnd().split('\n')
    assert.is(lines.length, 11)
    assert.is(lines.at(-1), `20 more notes about ${JSON.stringify(a.namespace.path)}`)
    assert.equal(a.devices(), ['lo'])
  }))

test('skips a symbolic link loop in the namespace directory, with a note', () =>
  attached((a) => {
    a.succeed('ADD', a.config())
    const script = `set -e; mkdir '${a.folder}/netns'; cd '${a.folder}/netns'; ln -s loop loop; touch one
      mount --bind '${a.namespace.path}' one; mount --rbind . /run/netns; exec "$@"`
    const call = a.call('GC', a.config(valid()))
    const { exitCode, stderr } = callPlugin(call, ['unshare', '-m', 'sh', '-c', script, 'sh', ...plugin])
    assert.is(exitCode, 0)
    assert.match(stderr, /^skipped "\/run\/netns\/loop": ELOOP[^\n]*\n$/)
    a.assertClean()
  }))

test('skips a namespace of another type in the namespace directory', () =>
  attached((a) => {
    const { exitCode, stdout } = runGc({ uts: '/proc/self/ns/uts' }, a, a.config(valid()))
    assert.equal([exitCode, stdout], [0, ''])
  }))

/** Runs GC with only these namespaces in /run/netns, through the given programs. */
function runGc(paths: Readonly<Record<string, string>>, a: Attachment, config: object, ...programs: string[]) {
  const script = `set -e; d=$(mktemp -d '${a.folder}/netns-XXXXXX')
    for each in ${Object.entries(paths)
      .map((pair) => pair.join('='))
      .join(' ')}; do
      touch $d/\${each%%=*}; mount --bind \${each#*=} $d/\${each%%=*}
    done
    mount --rbind $d /run/netns; exec "$@"`
  return callPlugin(a.call('GC', config), ['unshare', '-m', 'sh', '-c', script, 'sh', ...programs, ...plugin])
}

test('skips namespaces of another user namespace', () =>
  attached((a) =>
    attached((foreign) => {
      // Creates a user namespace with its own network namespace, and a tap of our network in it.
      const config = JSON.stringify(a.config())
      const script = `set -e
        unshare -n sh -c 'echo $$ > ${a.folder}/pid; exec sleep 1000' > /dev/null 2>&1 & trap "kill $!" EXIT; while [ ! -s '${a.folder}/pid' ]; do sleep 0.01; done
        mkdir '${a.folder}/netns'; cd '${a.folder}/netns'; touch inside outside
        mount --bind /proc/$(cat '${a.folder}/pid')/ns/net inside; mount --bind '${foreign.namespace.path}' outside
        mount --rbind . /run/netns
        export CNI_PATH=/x CNI_CONTAINERID=c1 CNI_IFNAME=tap0 CNI_NETNS=/run/netns/inside
        echo '${config}' | CNI_COMMAND=ADD "$@" > /dev/null
        nsenter --net=/run/netns/inside ip -br link show tap0 > '${a.folder}/before'
        echo '${JSON.stringify(a.config(valid()))}' | CNI_COMMAND=GC "$@" || echo "exit $?"
        nsenter --net=/run/netns/inside ip -br link > '${a.folder}/after'`
      foreign.succeed('ADD', { ...(a.config() as object) })
      const command = ['-U', '-r', '-m', '-n', 'sh', '-c', script, 'sh', ...plugin]
      const { status, stdout, stderr } = spawnSync('unshare', command, { encoding: 'utf8' })
      assert.equal({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' })
      assert.match(a.read('before'), /^tap0 /)
      assert.not.match(a.read('after'), /tap0/)
      assert.ok(foreign.devices().includes('tap0'))
    }),
  ))

test('fails without the capability to enter any namespace', () =>
  attached((a) => {
    a.succeed('ADD', a.config())
    const { exitCode, json } = runGc(
      { one: a.namespace.path },
      a,
      a.config(valid()),
      'setpriv',
      '--bounding-set=-sys_admin',
      '--',
    )
    assert.equal([exitCode, json?.code], [1, 8])
    assert.match(json.msg, /^failed to enter netns "\/run\/netns\/one": .*EPERM/)
    assert.ok(a.devices().includes('tap0'))
  }))

test('a namespace directory that cannot be read is an error, and a missing one is not', () =>
  attached((a) => {
    const without = (mount: string) =>
      callPlugin(a.call('GC', a.config(valid())), ['unshare', '-m', 'sh', '-c', `${mount}; exec "$@"`, 'sh', ...plugin])
    const { exitCode, stderr } = without('mount -t tmpfs none /run')
    assert.equal([exitCode, stderr], [0, 'no network namespace was searched: /run/netns does not exist\n'])
    const { json } = without('mount -t tmpfs none /run; echo > /run/netns')
    assert.is(json?.code, 8)
    assert.match(json.msg, /^failed to list \/run\/netns: ENOTDIR/)
  }))

test('prints a note if it finds no namespace although attachments are valid', () =>
  attached((a) => {
    const gc = (config: object) =>
      callPlugin(a.call('GC', config), [
        ...['unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /run/netns; exec "$@"', 'sh'],
        ...plugin,
      ])
    const { exitCode, stderr } = gc(a.config(valid(['c1', 'tap0'], ['c2', 'tap0'])))
    assert.equal([exitCode, stderr], [0, 'found no network namespace, although 2 attachments are valid\n'])
    assert.is(gc(a.config(valid())).stderr, '')
  }))

test('devices that come and go all the time cost at most two attempts to list them', () =>
  attached((a) => {
    const pairs = Array.from({ length: 125 }, (_, at) => `link add a${at} type veth peer name b${at}\n`).join('')
    a.namespace.exec('ip', ['-batch', '-'], { input: pairs, stdio: 'pipe' })
    a.succeed('ADD', a.config())
    const loop = 'while :; do ip link add v0 type veth peer name v1; ip link del v0; done'
    const busy = spawn('ip', ['netns', 'exec', a.namespace.name, 'sh', '-c', loop], { stdio: 'ignore', detached: true })
    try {
      const log = `${a.folder}/strace`
      const strace = ['strace', '-f', '-qqq', '-e', 'trace=sendto', '-o', log]
      const { exitCode, stdout } = runGc({ one: a.namespace.path }, a, a.config(valid()), ...strace)
      assert.is(exitCode, 0, stdout)
      const dumps = a.read('strace').match(/nlmsg_type=(RTM_GETLINK|0x12)\b[^}]*\|(NLM_F_DUMP|0x300)/g) ?? []
      assert.ok(dumps.length >= 1 && dumps.length <= 2, `${dumps.length} dumps`)
      assert.not(a.devices().includes('tap0'))
    } finally {
      process.kill(-(busy.pid as number), 'SIGKILL')
    }
  }))

test('ignores ADD-only keys and CNI_ARGS', () =>
  attached((a) => {
    a.succeed('ADD', a.config())
    a.succeed('GC', a.config({ ...valid(), mtu: 'x', prevResult: 5 }), { args: 'x' })
    a.assertClean()
  }))

test.run()

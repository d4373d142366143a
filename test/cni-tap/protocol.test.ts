import { spawn } from 'node:child_process'
import * as assert from 'uvu/assert'
import { callPlugin, plugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

/** Requirements of the specification and of runtimes, except for the table of errors in envelope.test.ts. */
const test = suiteNeeding('cni-tap: the protocol', 'netns', 'tun')

const address = { address: '10.0.0.2/24', gateway: '10.0.0.1' }
const withAddress = (a: Attachment) => a.fakeIpam({ cniVersion: '1.0.0', ips: [address] })

test('a missing cniVersion means 0.1.0', () =>
  attached((a) => {
    for (const cniVersion of [undefined, null, '']) {
      const config = { ...a.config(withAddress(a)), cniVersion }
      const ip4 = { ip: '10.0.0.2/24', gateway: '10.0.0.1' }
      assert.equal(a.succeed('ADD', config).json, { cniVersion: '0.1.0', ip4, dns: {} })
      a.succeed('DEL', config)
    }
  }))

test('below 0.3.0 the result contains the first address of each family', () =>
  attached((a) => {
    const ips = [address, { address: '10.0.1.2/24' }, { address: '2001:db8::2/64' }, { address: '2001:db8:1::2/64' }]
    const { json } = a.succeed('ADD', a.config(a.fakeIpam({ cniVersion: '1.0.0', ips })))
    assert.equal([json.ip4.ip, json.ip6.ip], ['10.0.0.2/24', '2001:db8::2/64'])
    assert.equal(a.addresses().sort(), ips.map((each) => each.address).sort())
  }, '0.2.0'))

for (const version of ['0.3.0', '0.4.0', '1.0.0', '1.1.0']) {
  test(`[${version}] dns is printed ${version < '1' ? 'always' : 'if it is set'}`, () =>
    attached((a) => {
      const { json } = a.succeed('ADD', a.config())
      assert.equal(json.dns, version < '1' ? {} : undefined)
    }, version))
}

test('DEL, CHECK, GC and STATUS print nothing on success', () =>
  attached((a) => {
    const prevResult = a.succeed('ADD', a.config()).json
    const valid = { 'cni.dev/valid-attachments': [{ containerID: 'c1', ifname: 'tap0' }] }
    for (const [command, keys] of [
      ['CHECK', { prevResult }],
      ['GC', valid],
      ['STATUS', {}],
      ['DEL', {}],
    ] as const) {
      const { stdout, stderr } = a.succeed(command, a.config(keys))
      assert.equal([stdout, stderr], ['', ''], command)
    }
  }))

test('prevResult without a version has that of the configuration, and a malformed prevResult is an error', () =>
  attached((a) => {
    const interfaces = [{ name: 'eth0' }]
    const names = (answer: { json: { interfaces: { name: string }[] } }) =>
      answer.json.interfaces.map(({ name }) => name)
    for (const [index, prevResult] of [{ interfaces }, { cniVersion: '1.0.0', interfaces }].entries()) {
      assert.equal(names(a.succeed('ADD', a.config({ prevResult }), { ifname: `tap${index}` })), [
        'eth0',
        `tap${index}`,
      ])
    }
    const message = /^could not parse prevResult: /
    for (const prevResult of [{ cniVersion: '0.4.0' }, { ips: [{ address: 'x' }] }, { interfaces: 5 }]) {
      a.fail('ADD', a.config({ prevResult }), 6, message, { ifname: 'tap9' })
      a.fail('CHECK', a.config({ prevResult }), 6, message)
    }
    assert.not(a.devices().includes('tap9'))
  }))

test('CNI_ARGS of Multus and CRI-O are accepted', () =>
  attached((a) => {
    const pod = 'K8S_POD_NAMESPACE=a;K8S_POD_NAME=b;K8S_POD_INFRA_CONTAINER_ID=c;K8S_POD_UID=d'
    for (const args of [`IgnoreUnknown=true;${pod};MAC=02:00:00:00:00:0b`, `IgnoreUnknown=1;${pod}`]) {
      const { json } = a.succeed('ADD', a.config(), { args })
      if (args.includes('MAC')) assert.is(json.interfaces[0].mac, '02:00:00:00:00:0b')
      a.succeed('DEL', a.config(), { args })
    }
  }))

test('the case of CNI_ARGS keys counts, and IgnoreUnknown must be a boolean', () =>
  attached((a) => {
    a.fail('ADD', a.config(), 4, 'ARGS: unknown args ["mac=02:00:00:00:00:0b"]', { args: 'mac=02:00:00:00:00:0b' })
    a.fail('ADD', a.config(), 4, 'ARGS: unknown args ["FOO=BAR"]', { args: 'IgnoreUnknown=0;FOO=BAR' })
    a.fail('ADD', a.config(), 4, /^ARGS: error parsing value of pair "IgnoreUnknown=x": /, { args: 'IgnoreUnknown=x' })
    a.fail('CHECK', a.config(), 4, 'ARGS: invalid pair "FOO"', { args: 'FOO' })
    a.assertClean()
  }))

test('the result contains the sandbox path as given', () =>
  attached((a) => {
    const netns = a.namespace.path.replace('/run/', '/var/run/')
    assert.is(a.succeed('ADD', a.config(), { netns }).json.interfaces[0].sandbox, netns)
    a.succeed('DEL', a.config(), { netns })
    a.assertClean()
  }))

test('CNI_NETNS may be the namespace of a process', () =>
  attached(async (a) => {
    const child = spawn('ip', ['netns', 'exec', a.namespace.name, 'sh', '-c', 'echo; read x'], { stdio: 'pipe' })
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve))
      const netns = `/proc/${child.pid}/ns/net`
      const prevResult = a.succeed('ADD', a.config(), { netns }).json
      assert.equal(a.devices(), ['lo', 'tap0'])
      a.succeed('CHECK', a.config({ prevResult }))
      a.succeed('DEL', a.config(), { netns })
      a.assertClean()
    } finally {
      child.kill()
    }
  }))

test('the plugin’s own namespace is accepted only with CNI_NETNS_OVERRIDE', () =>
  attached((a) => {
    const inside = ['ip', 'netns', 'exec', a.namespace.name, ...plugin]
    const call = (command: string, env: Record<string, string>) =>
      callPlugin(a.call(command, a.config(), { netns: '/proc/self/ns/net', env }), inside)
    const message = "plugin's netns and netns from CNI_NETNS should not be the same"
    for (const command of ['ADD', 'DEL']) assert.is(call(command, {}).json.msg, message)
    a.assertClean()
    for (const value of ['1', 'True']) {
      assert.is(call('ADD', { CNI_NETNS_OVERRIDE: value }).exitCode, 0)
      assert.equal(a.devices(), ['lo', 'tap0'])
      assert.is(call('DEL', { CNI_NETNS_OVERRIDE: value }).exitCode, 0)
      a.assertClean()
    }
  }))

test('DEL runs the IPAM plugin once, before the device is deleted', () =>
  attached((a) => {
    const seen = `ip -n ${a.namespace.name} -o link show tap0 > ${a.folder}/seen`
    const config = a.config(a.fakeIpam({ ips: [address] }, { DEL: seen }))
    a.succeed('ADD', config)
    a.succeed('DEL', config)
    assert.match(a.read('seen'), /tap0/)
    assert.equal(a.ipamCalls, ['ADD', 'DEL'])
    a.assertClean()
  }))

test('selinuxcontext, as in public documentation, is the same as selinuxContext', () =>
  attached((a) => {
    const message = 'invalid selinuxContext: SELinux is not enabled on this host'
    a.fail('ADD', a.config({ selinuxcontext: 'a:b:c:d' }), 7, message)
    a.assertClean()
  }))

test.run()

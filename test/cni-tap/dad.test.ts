import { chmodSync, writeFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { isEverFasterThan, took } from '../support/until.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: duplicate address detection', 'netns', 'tun')

const assigned = { ips: [{ address: '2001:db8::2/64', gateway: '2001:db8::1' }], routes: [{ dst: '::/0' }] }

const ipv6 = (a: Attachment) =>
  a.namespace
    .ip('-6', 'addr', 'show', 'dev', 'tap0')
    .flatMap(({ addr_info }) => addr_info)
    // biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON has no types
    .filter(({ local }: any) => local === '2001:db8::2')[0]

const hasCarrier = (a: Attachment) => a.namespace.exec('cat', ['/sys/class/net/tap0/carrier']).trim() === '1'

test('by default ADD does not wait, and the address is tentative until a process attaches', () =>
  attached((a) => {
    const attach = (config: object) => {
      a.succeed('DEL', config)
      return a.succeed('ADD', config).json.ips[0]
    }
    const v4 = a.config(a.fakeIpam({ ips: [{ address: '10.0.0.2/24', gateway: '10.0.0.1' }] }))
    const v6 = a.config(a.fakeIpam(assigned))
    // Upstream waits five seconds for DAD, which cannot finish without a carrier.
    const limit = () => took(() => attach(v4)) + 4000
    const attachV6 = () => {
      assert.is(attach(v6).gateway, '2001:db8::1')
      assert.is(ipv6(a).tentative, true)
    }
    assert.ok(isEverFasterThan(limit, attachV6))
  }))

test('enabledad: ADD waits until the address is known to be unique, and the carrier is off again', () =>
  attached((a) => {
    const config = a.config({ enabledad: true, ...a.fakeIpam(assigned) })
    const prevResult = a.succeed('ADD', config).json
    assert.is(ipv6(a).tentative, undefined)
    assert.not(hasCarrier(a))
    a.succeed('CHECK', { ...config, prevResult })
    a.succeed('DEL', config)
    a.assertClean()
  }))

test('enabledad: ADD does not wait without IPv6', () =>
  attached((a) => {
    const config = a.config({ enabledad: true, ...a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }] }) })
    a.namespace.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'])
    a.succeed('ADD', config)
    assert.not(hasCarrier(a))
  }))

test('enabledad: ADD fails if another node has the address', () =>
  attached((a) => {
    // Frames of the device are mirrored back to it. Without a nonce the kernel does not recognize its own probe.
    a.namespace.exec('sh', [
      '-c',
      'for each in all default; do echo 0 > /proc/sys/net/ipv6/conf/$each/enhanced_dad; done',
    ])
    const script = [
      `tc='ip netns exec ${a.namespace.name} tc'`,
      '$tc qdisc add dev tap0 clsact',
      '$tc filter add dev tap0 egress protocol all u32 match u32 0 0 action mirred ingress mirror dev tap0',
      `printf '%s' '${JSON.stringify(assigned)}'`,
    ]
    const loop = `${a.folder}/loop`
    writeFileSync(loop, `#!/bin/sh -e\n${script.join('\n')}\n`)
    chmodSync(loop, 0o755)
    const ipam = a.fakeIpam('', { ADD: loop })
    a.fail('ADD', a.config({ enabledad: true, ...ipam }), 103, /^address \S+ is in use by another node$/)
    a.assertClean()
  }))

test.run()

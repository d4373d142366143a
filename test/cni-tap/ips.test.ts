import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { attached } from './attachment.js'

const test = suiteNeeding(
  'cni-tap: addresses requested by the runtime reach the IPAM plugin',
  'netns',
  'tun',
  'cniPlugins',
)

const capabilities = { ips: true, mac: true }

test('host-local uses runtimeConfig.ips', () =>
  attached((a) => {
    const runtimeConfig = { ips: ['10.1.2.77'], mac: '02:00:00:00:00:05' }
    const config = a.config({ capabilities, runtimeConfig, ...a.hostLocal('10.1.2.0/24') })
    const prevResult = a.succeed('ADD', config).json
    assert.equal(a.addresses(), ['10.1.2.77/24'])
    assert.is(a.link().address, '02:00:00:00:00:05')
    assert.equal(a.reservations(), ['10.1.2.77'])
    a.succeed('CHECK', { ...config, prevResult })
    a.fail('ADD', config, 999, /10\.1\.2\.77/, { ifname: 'tap1' })
    a.succeed('DEL', config)
    a.assertClean()
  }))

test('static uses runtimeConfig.ips instead of its own addresses', () =>
  attached((a) => {
    const runtimeConfig = { ips: ['10.5.0.2/24', '2001:db8::2/64'] }
    const config = a.config({ capabilities, runtimeConfig, ipam: { type: 'static' } })
    const prevResult = a.succeed('ADD', config).json
    assert.equal(a.addresses(), ['10.5.0.2/24', '2001:db8::2/64'])
    a.succeed('CHECK', { ...config, prevResult })
    a.succeed('DEL', config)
    a.assertClean()
  }))

test('host-local uses runtimeConfig.ipRanges', () =>
  attached((a) => {
    const runtimeConfig = { ipRanges: [[{ subnet: '10.6.0.0/24', rangeStart: '10.6.0.40' }]] }
    const { ipam } = a.hostLocal('10.1.2.0/24')
    const { subnet: _, ...withoutSubnet } = ipam as { subnet?: string }
    const config = a.config({ capabilities: { ipRanges: true }, runtimeConfig, ipam: withoutSubnet })
    a.succeed('ADD', config)
    assert.equal(a.addresses(), ['10.6.0.40/24'])
    a.succeed('DEL', config)
    a.assertClean()
  }))

test('host-local and static read CNI_ARGS and args.cni, and we ignore their keys', () =>
  attached((a) => {
    const config = a.config(a.hostLocal('10.1.2.0/24'))
    a.succeed('ADD', config, { args: 'IgnoreUnknown=1;IP=10.1.2.99' })
    assert.equal(a.addresses(), ['10.1.2.99/24'])
    a.succeed('DEL', config)
    const withArgs = { ...config, args: { cni: { ips: ['10.1.2.98'] } } }
    a.succeed('ADD', withArgs)
    assert.equal(a.addresses(), ['10.1.2.98/24'])
    a.succeed('DEL', withArgs)
    a.assertClean()
  }))

test('a capability and a runtimeConfig key unknown to both plugins are ignored', () =>
  attached((a) => {
    const keys = { capabilities: { aliases: true, ips: false }, runtimeConfig: { aliases: { a: ['b'] } } }
    a.succeed('ADD', a.config({ ...keys, ...a.hostLocal('10.1.2.0/24') }))
    assert.equal(a.addresses(), ['10.1.2.2/24'])
  }))

test.run()

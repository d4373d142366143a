import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached, versions } from './attachment.js'

const ifname = 'tapifc'
const isBelow = (version: string, other: string) => version.localeCompare(other, undefined, { numeric: true }) < 0

/** Runs ADD to the second DEL, and checks the state of the kernel after each. */
function runAllCommands(attachment: Attachment, keys: { bridge?: string } = {}): void {
  const { version } = attachment
  const config = attachment.config({ owner: 0, group: 0, ...attachment.hostLocal('10.1.2.0/24'), ...keys })
  if (version === '1.1.0') assert.is(attachment.succeed('STATUS', config).stdout, '')

  const result = attachment.succeed('ADD', config, { ifname }).json
  assert.is(result.cniVersion, version)
  const link = attachment.link(ifname)
  assert.equal(link.linkinfo.info_data.type, 'tap')
  assert.is(link.linkinfo.info_kind, 'tun')
  assert.ok(link.flags.includes('UP'))
  assert.is(link.master, keys.bridge)
  assert.equal(attachment.addresses(ifname), ['10.1.2.2/24'])
  assertResult(attachment, result)

  const checked = { ...config, prevResult: result }
  if (isBelow(version, '0.4.0')) attachment.fail('CHECK', checked, 1, 'config version does not allow CHECK', { ifname })
  else assert.is(attachment.succeed('CHECK', checked, { ifname }).stdout, '')

  for (const time of ['first', 'second']) {
    assert.is(attachment.succeed('DEL', config, { ifname }).stdout, '', time)
    assert.is(attachment.link(ifname), undefined)
    assert.equal(attachment.reservations(), [])
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a result of any version
function assertResult(attachment: Attachment, result: any): void {
  const { version, namespace } = attachment
  if (isBelow(version, '0.3.0')) {
    assert.equal(result, { cniVersion: version, ip4: { ip: '10.1.2.2/24', gateway: '10.1.2.1' }, dns: {} })
    return
  }
  const link = attachment.link(ifname)
  assert.equal(result, {
    cniVersion: version,
    interfaces: [
      { name: ifname, mac: link.address, sandbox: namespace.path, ...(version === '1.1.0' && { mtu: link.mtu }) },
    ],
    ips: [
      { interface: 0, address: '10.1.2.2/24', gateway: '10.1.2.1', ...(isBelow(version, '1.0.0') && { version: '4' }) },
    ],
    ...(isBelow(version, '1.0.0') && { dns: {} }),
  })
}

const test = suiteNeeding('cni-tap: scenarios', 'netns', 'tun', 'cniPlugins')

for (const version of versions) {
  test(`[${version}] creates, checks and deletes a tap`, () =>
    attached((attachment) => {
      runAllCommands(attachment)
      attachment.assertClean()
    }, version))

  test(`[${version}] creates, checks and deletes a tap that is a bridge port`, () =>
    attached((attachment) => {
      attachment.namespace.exec('ip', ['link', 'add', 'br1', 'type', 'bridge'])
      runAllCommands(attachment, { bridge: 'br1' })
      attachment.assertClean('br1')
    }, version))
}

test.run()

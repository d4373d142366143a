import { execFileSync } from 'node:child_process'
import { Netlink, type VdpaConfig, type VdpaDevice, type VdpaManager } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { refuses } from '../support/api.js'
import { loadVdpaSim } from '../support/guest-modules.js'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

/** nl.vdpa, compared with vdpa, on simulated devices. This machine's kernel may lack vDPA. */
const test = suiteNeeding('vDPA', 'netns')

test.before(loadVdpaSim)

// biome-ignore lint/suspicious/noExplicitAny: the JSON of vdpa is as it is; the tests look at single members
type Json = Record<string, any>

const vdpa = (command: string) => execFileSync('vdpa', command.split(' '), { encoding: 'utf8' })

/** Returns what vdpa prints as JSON: the only member of the object. */
const shown = (command: string): Json => Object.values(JSON.parse(vdpa(`-j ${command}`)) as Json)[0] as Json

const typeNames: Readonly<Record<string, string>> = { net: 'network' }

/** Returns a device as vdpa prints it. */
const deviceOf = ({ type, manager, vendorId, maxVqs, maxVqSize }: VdpaDevice) => ({
  ...{ type: typeNames[type] ?? type, mgmtdev: manager, vendor_id: vendorId, max_vqs: maxVqs, max_vq_size: maxVqSize },
})

/** Returns a configuration as vdpa prints it. Version 6.1 writes a blank after two keys. */
const configOf = ({ address, mtu, status = [] }: VdpaConfig) => ({
  mac: address,
  'link ': status.includes('LINK_UP') ? 'up' : 'down',
  'link_announce ': status.includes('ANNOUNCE'),
  mtu,
})

/** The family exists in the initial network namespace only, and so does what it has. */
const withDevices = (use: (nl: Netlink) => Promise<void>) => async () => {
  using nl = Netlink.open()
  try {
    await use(nl)
  } finally {
    for (const { name } of await nl.vdpa.list()) await nl.vdpa.delete(name)
  }
}

const added = { name: 'own0', manager: 'vdpasim_net', address: '02:00:00:00:00:01', mtu: 1400 } as const

test(
  'devices and their configuration are those of vdpa',
  withDevices(async (nl) => {
    await nl.vdpa.add(added)
    vdpa('dev add name their0 mgmtdev vdpasim_net mac 02:00:00:00:00:02 mtu 1300')
    const devices = await nl.vdpa.list()
    assert.equal(Object.fromEntries(devices.map((device) => [device.name, deviceOf(device)])), shown('dev show'))
    const configs = await Promise.all(devices.map(({ name }) => nl.vdpa.config(name)))
    assert.equal(Object.fromEntries(configs.map((each) => [each.name, configOf(each)])), shown('dev config show'))
    assert.equal(configs.find(({ name }) => name === 'own0')?.mtu, 1400)
    assert.ok(configs.every(({ features }) => features?.includes('MAC') && features.includes('VERSION_1')))
    assert.equal(nl.vdpa.listSync(), devices)
    for (const device of devices) {
      assert.equal(await nl.vdpa.get(device.name), device)
      assert.equal(nl.vdpa.getSync(device.name), device)
    }
    assert.is(await nl.vdpa.get('none'), undefined)
    await nl.vdpa.delete('own0')
    assert.equal(Object.keys(shown('dev show')), ['their0'])
    nl.vdpa.deleteSync('their0')
    nl.vdpa.addSync({ ...added, features: ['MAC', 'MTU', 'VERSION_1', 'access_platform'] })
    assert.equal(nl.vdpa.configSync('own0').address, added.address)
  }),
)

test(
  'management devices are those of vdpa',
  withDevices(async (nl) => {
    const managers = await nl.vdpa.manager.list()
    assert.equal(nl.vdpa.manager.listSync(), managers)
    assert.equal(
      Object.fromEntries(
        managers.map(({ name, types, maxVqs, features }: VdpaManager) => [
          name,
          { supported_classes: types, max_supported_vqs: maxVqs, dev_features: features },
        ]),
      ),
      shown('mgmtdev show'),
    )
  }),
)

test(
  'refusals name the device',
  withDevices(async (nl) => {
    await nl.vdpa.add(added)
    await refuses('again', () => nl.vdpa.add(added), 'EEXIST', /own0.*there is a device with this name/)
    await refuses('no manager', () => nl.vdpa.add({ ...added, manager: 'pci/none' }), 'ENODEV', /pci\/none/)
    const features = ['NO_SUCH']
    await refuses('a feature', () => nl.vdpa.add({ ...added, features }), 'TypeError', /features of device .*"NO_SUCH"/)
    await refuses('configuration', () => nl.vdpa.config('none'), 'ENODEV', /none/)
    await refuses('deleting', () => nl.vdpa.delete('none'), 'ENODEV', /none/)
  }),
)

test('other network namespaces have no vDPA', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await refuses('a list', () => nl.vdpa.list(), 'ENOENT', /vdpa: .*only the initial network namespace has it/)
  }))

test.run()

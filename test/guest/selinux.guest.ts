import { writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Attachment, attached } from '../cni-tap/attachment.js'
import { callPlugin } from '../support/plugin.js'
import { isRunning } from '../support/processes.js'
import { until } from '../support/until.js'
import { assertDecisions, attachAs, label, underLabel } from './label.js'

const test = suite('cni-tap: selinuxContext, with SELinux enforcing')

const refused = /Permission denied/
const pod = label('container_t', 'c1,c2')
const created = 'granted create by container_t:s0:c1,c2 of container_t:s0:c1,c2'

/** Returns a configuration that labels the device for the pod. */
const labelled = (a: Attachment, keys: object = {}) => a.config({ selinuxContext: pod, ...keys })

test('ADD creates the device with the label, otherwise like a device without one', () =>
  attached(async (a) => {
    const config = labelled(a, { mtu: 1400, mac: '02:00:00:00:00:07', ...a.hostLocal() })
    await assertDecisions([created], () => {
      const prevResult = a.succeed('ADD', config).json
      const sandbox = a.namespace.path
      assert.equal(prevResult.interfaces, [{ name: 'tap0', mac: '02:00:00:00:00:07', mtu: 1400, sandbox }])
      assert.equal(a.addresses(), ['10.1.2.2/24'])
      assert.ok(a.link().flags.includes('UP'))
      a.succeed('CHECK', { ...config, prevResult })
    })
    a.succeed('DEL', config)
    a.assertClean()
  }))

test('a process that may open devices of the label opens it', () =>
  attached(async (a) => {
    a.succeed('ADD', labelled(a))
    const vm = 'vm_t:s0:c1,c2'
    const opened = [`granted relabelfrom by ${vm} of container_t:s0:c1,c2`, `granted relabelto by ${vm} of ${vm}`]
    await assertDecisions(opened, () => assert.is(attachAs(label('vm_t', 'c1,c2'), a.namespace.name), ''))
  }))

test('a process of another pod or of a confined domain cannot open it', () =>
  attached(async (a) => {
    a.succeed('ADD', labelled(a))
    for (const [type, categories] of [
      ['vm_t', 'c3'],
      ['confined_t', 'c1,c2'],
    ] as const) {
      const denied = `denied relabelfrom by ${type}:s0:${categories} of container_t:s0:c1,c2`
      await assertDecisions([denied], () => assert.match(attachAs(label(type, categories), a.namespace.name), refused))
    }
  }))

test('without selinuxContext the device has the label of the plugin', () =>
  attached(async (a) => {
    a.succeed('ADD', a.config({ selinuxContext: '' }))
    await assertDecisions(['denied relabelfrom by vm_t:s0:c1,c2 of kernel_t:s0-s0:c0.c3'], () =>
      assert.match(attachAs(label('vm_t', 'c1,c2'), a.namespace.name), refused),
    )
  }))

test('ADD fails and creates nothing if the label may not create devices', () =>
  attached(async (a) => {
    const config = a.config({
      selinuxContext: label('confined_t'),
      ...a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }] }),
    })
    await assertDecisions(['denied create by confined_t:s0 of confined_t:s0'], () =>
      a.fail('ADD', config, 101, /^failed to create tap "tap0": .*EACCES/),
    )
    assert.equal(a.ipamCalls, [])
    a.assertClean()
  }))

test('ADD fails and creates nothing if the policy does not know the label', () =>
  attached(async (a) => {
    for (const context of [label('unknown_t'), label('container_t', 'c9'), 'x']) {
      const config = a.config({ selinuxContext: context, ...a.hostLocal() })
      await assertDecisions([], () => a.fail('ADD', config, 7, /^invalid selinuxContext ".*": EINVAL/))
    }
    a.assertClean()
  }))

test('ADD fails and creates nothing if the plugin may not set the label', () =>
  attached(async (a) => {
    const hidden = a.config({ selinuxContext: label('hidden_t'), ...a.hostLocal() })
    await assertDecisions([], () => a.fail('ADD', hidden, 7, /^invalid selinuxContext ".*": .*EACCES/))
    const call = a.call('ADD', labelled(a))
    await assertDecisions([], () => {
      const answer = underLabel(label('runtime_t'), () => callPlugin(call))
      assert.is(answer.exitCode, 1)
      assert.match(answer.json.msg, /^invalid selinuxContext ".*": EACCES/)
    })
    a.assertClean()
  }))

test('the IPAM plugin runs with the label too, and its result is applied', () =>
  attached((a) => {
    const { ipam } = a.fakeIpam('', {
      ADD: `cat /proc/self/attr/current > '${a.folder}/label'; printf '{"ips":[{"address":"10.0.0.2/24"}]}'`,
      DEL: `cat /proc/self/attr/current > '${a.folder}/label'`,
    })
    const read = () => a.read('label').replace(/\0$/, '')
    const config = labelled(a, { ipam })
    a.succeed('ADD', config)
    assert.is(read(), pod)
    assert.equal(a.addresses(), ['10.0.0.2/24'])
    a.succeed('DEL', config)
    assert.is(read(), label('kernel_t', '').replace(/s0$/, 's0-s0:c0.c3'))
    a.assertClean()
  }))

test('ADD rolls back if a step fails after the label was set', () =>
  attached((a) => {
    a.fail(
      'ADD',
      labelled(a, a.fakeIpam('', { ADD: `printf '{"code":77,"msg":"none left"}'; exit 1` })),
      77,
      'none left',
    )
    a.assertClean()
    const routes = [{ dst: '10.7.0.0/16', gw: '10.99.0.1' }]
    const { ipam } = a.hostLocal()
    a.fail('ADD', labelled(a, { ipam: { ...ipam, routes } }), 101, /^failed to add route 10\.7\.0\.0\/16/)
    a.assertClean()
  }))

test('ADD leaves an existing device of the same name unchanged', () =>
  attached(async (a) => {
    a.namespace.ip('link', 'add', 'tap0', 'type', 'veth', 'peer', 'peer0')
    a.fail('ADD', labelled(a, a.hostLocal()), 100, 'interface "tap0" already exists')
    assert.is(a.link().linkinfo.info_kind, 'veth')
    a.assertClean('tap0', 'peer0')
  }))

/** PID of the plugin's main process: the parent of the labelled child, which runs the IPAM plugin. */
const caller = `$(sed -n 's/^PPid:\\t//p' /proc/$PPID/status)`

test('SIGTERM during ADD rolls everything back', () =>
  attached(async (a) => {
    const { ipam } = a.fakeIpam('', { ADD: `kill -TERM ${caller}; printf '{"ips":[{"address":"10.0.0.2/24"}]}'` })
    a.fail('ADD', labelled(a, { ipam }), 11, 'interrupted by SIGTERM')
    a.assertClean()
  }))

test('if the plugin is killed, its child and the IPAM plugin end, and no device is left', () =>
  attached(async (a) => {
    const { ipam } = a.fakeIpam('', { ADD: `echo $$ > '${a.folder}/pid'; kill -KILL ${caller}; exec sleep 1000` })
    await a.start('ADD', labelled(a, { ipam })).catch(() => undefined)
    await until('the IPAM plugin to end', () => !isRunning(Number(a.read('pid'))))
    await until('no device', () => a.devices().join() === 'lo')
    a.succeed('DEL', labelled(a, { ipam }))
    a.assertClean()
  }))

test('a policy in permissive mode denies nothing', () =>
  attached(async (a) => {
    const enforce = (mode: '0' | '1') => writeFileSync('/sys/fs/selinux/enforce', mode)
    enforce('0')
    try {
      await assertDecisions(['denied create by confined_t:s0 of confined_t:s0'], () =>
        a.succeed('ADD', a.config({ selinuxContext: label('confined_t') })),
      )
    } finally {
      enforce('1')
    }
  }))

test.run()

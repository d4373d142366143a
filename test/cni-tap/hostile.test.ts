import { execFileSync, spawnSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import { environmentOf, plugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: hostile environment', 'netns', 'tun')

const linksOf = (a: Attachment) => a.namespace.ip('link', 'show').map(({ ifname }: { ifname: string }) => ifname)

test('a name that is not UTF-8 is rejected, because decoding would change it', () =>
  attached((a) => {
    a.succeed('ADD', a.config(), { ifname: 'other' })
    for (const command of ['ADD', 'DEL']) {
      // Only a shell can set such an environment variable: Node writes UTF-8.
      const call = a.call(command, a.config(), { ifname: 'X' })
      const script = `CNI_IFNAME=$(printf 't\\377') exec ${plugin.join(' ')}`
      const child = spawnSync('sh', ['-c', script], { env: environmentOf(call), input: JSON.stringify(a.config()) })
      assert.is(child.status, 1)
      assert.is(JSON.parse(child.stdout.toString()).code, 4)
    }
    assert.equal(linksOf(a), ['lo', 'other'])
  }))

test('a CNI_NETNS that is a FIFO is not passed to the IPAM plugin, which would block on it', () =>
  attached((a) => {
    const fifo = `${a.folder}/fifo`
    execFileSync('mkfifo', [fifo])
    const config = a.config(a.fakeIpam('', { DEL: 'cat "$CNI_NETNS" >&2 && exit 1; exit 0' }))
    a.succeed('DEL', config, { netns: fifo })
    assert.equal(a.ipamCalls, ['DEL'])
    a.fail('ADD', config, 8, /^failed to open netns /, { netns: fifo })
    assert.equal(a.ipamCalls, ['DEL'])
  }))

test('NETLOOM_CNI_TAP_CHILD has no effect if another process sets it', () =>
  attached((a) => {
    const config = a.config({ selinuxContext: 'a:b:c:d' })
    for (const mark of ['1', '0', '']) a.fail('ADD', config, 7, undefined, { env: { NETLOOM_CNI_TAP_CHILD: mark } })
    assert.equal(linksOf(a), ['lo'])
  }))

for (const netns of ['/proc', '/proc/thread-self/ns/mnt', '/proc/thread-self/status']) {
  test(`not a namespace: ${netns}`, () =>
    attached((a) => {
      for (const command of ['ADD', 'DEL']) {
        a.fail(command, a.config(), 8, /setns descriptor \d+ \(\S+\), which is no network namespace: EINVAL$/, {
          netns,
        })
      }
    }))
}

for (const capability of ['net_admin', 'sys_admin']) {
  test(`STATUS fails without CAP_${capability.toUpperCase()}`, () =>
    attached((a) => {
      const drop = ['--bounding-set', `-${capability}`, '--inh-caps', `-${capability}`]
      const run = () =>
        execFileSync('setpriv', [...drop, ...plugin], {
          env: environmentOf(a.call('STATUS', a.config())),
          input: JSON.stringify(a.config()),
          encoding: 'utf8',
        })
      assert.throws(run, (error: { stdout: string }) => {
        const { code, msg } = JSON.parse(error.stdout)
        assert.is(code, 50)
        assert.match(msg, new RegExp(`CAP_${capability.toUpperCase()} is missing`))
        return true
      })
    }))
}

test.run()

import { readdirSync, readlinkSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { attached } from './attachment.js'
import { inManyNamespaces, inOneNamespace } from './load.js'

function ownDescriptors(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)]
    } catch {
      // The descriptor of the directory listing, which is closed by now.
      return []
    }
  })
}

const test = suiteNeeding('cni-tap: parallel calls', 'netns', 'tun', 'cniPlugins')

test('50 parallel ADDs, then 50 parallel DELs, in one namespace', () => inOneNamespace(50))

test('25 namespaces one after another', () => inManyNamespaces(25))

test('the IPAM plugin inherits no descriptor of the plugin', () =>
  attached((a) => {
    const listing = `${a.folder}/descriptors`
    const list = `ls -l /proc/self/fd > '${listing}'`
    a.succeed('ADD', a.config(a.fakeIpam('', { ADD: `${list}; printf '%s' '{"ips":[{"address":"10.0.0.2/24"}]}'` })))
    const found = [...a.read('descriptors').matchAll(/(\d+) -> (.*)$/gm)].map(([, fd, file]) => `${fd} ${file}`)
    assert.ok(found.includes(`1 ${listing}`))
    // The plugin passes on what this test process inherited. The last one is that of the directory listing.
    const known = ['/fd', ...ownDescriptors()]
    const further = found.filter((each) => !/^[012] /.test(each) && !known.some((file) => each.endsWith(file)))
    assert.equal(further, [])
  }))

test('20 parallel ADDs of one name: one succeeds, 19 fail with code 100 and leave nothing', () =>
  attached(async (a) => {
    const config = a.config(a.hostLocal('10.1.0.0/16'))
    const containers = Array.from({ length: 20 }, (_, index) => `c${index}`)
    const answers = await Promise.all(containers.map((containerId) => a.start('ADD', config, { containerId })))
    const codes = answers.map(({ exitCode, json }) => (exitCode === 0 ? 0 : json.code)).sort((x, y) => x - y)
    assert.equal(codes, [0, ...new Array(19).fill(100)])
    assert.equal(a.devices(), ['lo', 'tap0'])
    const winner = answers.findIndex(({ exitCode }) => exitCode === 0)
    assert.equal(a.addresses(), [answers[winner]?.json.ips[0].address])
    assert.is(a.reservations().length, 1)
    a.succeed('DEL', config, { containerId: `c${winner}` })
    a.assertClean()
  }))

test.run()

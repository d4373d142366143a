import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { attached } from './attachment.js'

const test = suiteNeeding('cni-tap: many at once', 'netns', 'tun', 'cniPlugins')

test('50 parallel ADDs, then 50 parallel DELs, in one namespace', () =>
  attached(async (a) => {
    const config = a.config(a.hostLocal('10.1.0.0/16'))
    const names = Array.from({ length: 50 }, (_, index) => `tap${index}`)
    const all = (command: string) =>
      Promise.all(names.map((ifname) => a.start(command, config, { ifname, containerId: `c-${ifname}` })))

    const added = await all('ADD')
    for (const { exitCode, stdout } of added) assert.is(exitCode, 0, stdout)
    assert.equal(a.devices().sort(), ['lo', ...names].sort())
    const addresses = added.map(({ json }) => json.ips[0].address)
    assert.is(new Set(addresses).size, 50)
    assert.is(a.reservations().length, 50)
    for (const [index, ifname] of names.entries()) assert.equal(a.addresses(ifname), [addresses[index]])

    for (const { exitCode, stdout } of await all('DEL')) assert.is(exitCode, 0, stdout)
    a.assertClean()
  }))

test('the same name twenty times in parallel: one wins, nineteen get code 100 and leave nothing', () =>
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

import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { attached } from './attachment.js'

/**
 * All JSON inputs accept the same nesting depth as the upstream plugin (Go's encoding/json). Deeper input is rejected.
 */

const test = suiteNeeding('cni-tap: nested JSON', 'netns', 'tun')

const deepest = 10_000

const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const objects = (depth: number) => `${'{"a":'.repeat(depth)}null${'}'.repeat(depth)}`
const mixed = (depth: number) => `${'[{"a":'.repeat(depth / 2)}"]"${'}]'.repeat(depth / 2)}`
const shapes = { lists, objects, mixed }

/** Positions of a value in a configuration, with their depth. */
const positions: readonly [name: string, within: (value: string) => string, depth: number][] = [
  ['args', (value) => `"args":{"cni":{"x":${value}}}`, 3],
  ['an unknown key', (value) => `"x":${value}`, 1],
  ['runtimeConfig', (value) => `"runtimeConfig":{"ips":${value}}`, 2],
  ['dns', (value) => `"dns":{"x":${value}}`, 2],
  ['prevResult', (value) => `"prevResult":{"cniVersion":"1.1.0","x":${value}}`, 2],
  ['an interface of prevResult', (value) => `"prevResult":{"interfaces":[{"name":"eth0","x":${value}}]}`, 4],
]

const tooDeep = /^error unmarshall network config: nested too deep/

const configOf = (network: string, member: string) =>
  `{"cniVersion":"1.1.0","name":"${network}","type":"tap",${member}}`

for (const [position, within, depth] of positions)
  for (const [shape, make] of Object.entries(shapes))
    test(`${shape} in ${position}`, () =>
      attached((a) => {
        // An even number, as `mixed` requires.
        const whole = configOf(a.network, within(make(deepest - depth - (depth % 2))))
        const { json } = a.succeed('ADD', whole)
        assert.is(json.interfaces.at(-1).name, 'tap0')
        a.succeed('DEL', whole)
        for (const more of [2, 100_000])
          a.fail('ADD', configOf(a.network, within(make(deepest + more - (depth % 2)))), 6, tooDeep)
        a.assertClean()
      }))

test('the limit applies to every command', () =>
  attached((a) => {
    for (const command of ['CHECK', 'DEL', 'STATUS', 'GC'])
      a.fail(command, configOf(a.network, `"x":${objects(deepest)}`), 6, tooDeep)
  }))

test('exactly the deepest allowed input is accepted', () =>
  attached((a) => {
    a.succeed('STATUS', configOf(a.network, `"x":${lists(deepest - 1)}`))
    a.fail('STATUS', configOf(a.network, `"x":${lists(deepest)}`), 6, tooDeep)
  }))

test('input without an end is rejected', () =>
  attached((a) => {
    for (const text of ['['.repeat(deepest + 1), '{"a":'.repeat(deepest + 1), '['.repeat(4_000_000)])
      a.fail('ADD', text, 6, tooDeep)
    for (const text of ['['.repeat(deepest), `${'['.repeat(deepest)}${']'.repeat(deepest + 1)}`])
      a.fail('ADD', text, 6, /^error unmarshall network config: unexpected /)
  }))

test('many brackets without depth, and brackets in strings, are accepted', () =>
  attached((a) => {
    const wide = `[${Array.from({ length: 3 * deepest }, () => '[]').join(',')}]`
    const quoted = JSON.stringify(`\\"${'[{'.repeat(3 * deepest)}`)
    for (const value of [wide, quoted]) a.succeed('STATUS', configOf(a.network, `"x":${value}`))
  }))

test('the limit applies to output of an IPAM plugin', () =>
  attached((a) => {
    const result = (depth: number) => {
      const file = a.write('result', `{"cniVersion":"1.1.0","ips":[{"address":"10.1.2.3/24"}],"x":${lists(depth)}}`)
      return a.config(a.fakeIpam('', { ADD: `cat '${file}'` }))
    }
    a.succeed('ADD', result(deepest - 2))
    a.succeed('DEL', result(0))
    a.fail('ADD', result(deepest + 1), 103, /^cannot use the result of IPAM plugin "fake": nested too deep/)
    const error = a.write('error', `{"code":5,"msg":"no","x":${lists(deepest + 1)}}`)
    a.fail('ADD', a.config(a.fakeIpam('', { ADD: `cat '${error}'; exit 1` })), 103, /nested too deep/)
    a.assertClean()
  }))

test.run()

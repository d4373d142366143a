import * as assert from 'uvu/assert'
import { assertPrintable, hostile } from '../support/printable.js'
import { suiteNeeding } from '../support/privileges.js'
import { attached } from './attachment.js'

const test = suiteNeeding('cni-tap: terminal control characters', 'netns', 'tun')

/** Only characters that can be in an environment variable or in JSON as UTF-8. */
const text = `x${hostile.filter((each) => !/[\udc80-\udcff]/.test(each)).join('')}y`

/** Returns a shell command that prints `words`, in single quotes. */
const printed = (words: string) => `printf '%s' '${words}'`

test('errors quote external text without control characters, so that a runtime may print them', () =>
  attached((a) => {
    const { stdout } = a.run('ADD', a.config(), { netns: `/run/netns/${text}` })
    for (const answer of [
      a.run(text, a.config()),
      a.run('ADD', a.config({ ipam: { type: text } })),
      a.run('ADD', a.config({ ipam: { type: `/${text}` } })),
      a.run('ADD', a.config({ bridge: text })),
      a.run('ADD', a.config({ mac: text })),
      a.run('ADD', a.config(), { args: text }),
      a.run('ADD', a.config(), { ifname: text }),
      a.run('ADD', a.config(), { containerId: text }),
      a.run('ADD', { ...a.config(), cniVersion: text }),
      a.run('ADD', { ...a.config(), name: text }),
      a.run('ADD', `{ ${text}`),
    ]) {
      assert.is(answer.exitCode, 1)
      for (const each of [answer.stdout, answer.stderr, answer.json.msg, answer.json.details ?? ''])
        assertPrintable(each, answer.stdout)
      assert.not.match(`${answer.json.msg}${answer.json.details ?? ''}`, '\n')
    }
    assertPrintable(stdout, stdout)
  }))

test('errors and notes of an IPAM plugin are quoted too, and notes keep their lines', () =>
  attached((a) => {
    const error = { cniVersion: '1.1.0', code: 77, msg: text, details: text }
    const failing = a.fakeIpam({}, { ADD: `${printed(JSON.stringify(error))}; exit 1` }, 'failing')
    const { json } = a.fail('ADD', a.config(failing), 77)
    for (const each of [json.msg, json.details]) {
      assertPrintable(each, 'msg')
      assert.not.match(each, '\n')
    }
    const loud = a.fakeIpam({}, { ADD: `${printed(text)} >&2; exit 1` }, 'loud')
    assertPrintable(a.fail('ADD', a.config(loud), 103).json.msg, 'msg')
    const answer = JSON.stringify({ cniVersion: '1.1.0', ips: [] })
    const noting = a.fakeIpam({}, { ADD: `{ ${printed(text)}; echo; echo second; } >&2; ${printed(answer)}` }, 'noting')
    const { stderr } = a.run('ADD', a.config(noting))
    assertPrintable(stderr, 'note')
    assert.match(stderr, /y\nsecond\n/)
  }))

test('VERSION prints the requested version, escaped', () =>
  attached((a) => {
    const { stdout, json } = a.succeed('VERSION', { cniVersion: text })
    assertPrintable(stdout, stdout)
    assert.is(json.cniVersion, text)
  }))

test.run()

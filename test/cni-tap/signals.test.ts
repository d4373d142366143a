import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { attached } from './attachment.js'

const test = suiteNeeding('cni-tap: signals', 'netns', 'tun')

for (const signal of ['TERM', 'INT', 'HUP']) {
  test(`SIG${signal} while the IPAM plugin runs: everything is rolled back`, () =>
    attached((a) => {
      const result = JSON.stringify({ ips: [{ address: '10.0.0.2/24' }] })
      const config = a.config(a.fakeIpam('', { ADD: `kill -${signal} $PPID; printf '%s' '${result}'` }))
      a.fail('ADD', config, 11, `interrupted by SIG${signal}`)
      assert.equal(a.ipamCalls, ['ADD', 'DEL'])
      a.assertClean()
    }))
}

/** Creates an IPAM plugin that sends its caller a signal, and exits a moment later. */
const killing = (signal: string, file: string) => `kill -${signal} $PPID; sleep 0.2; echo done > '${file}'`

for (const signal of ['TERM', 'INT', 'HUP']) {
  for (const command of ['CHECK', 'STATUS'])
    test(`SIG${signal} while the IPAM plugin's ${command} runs: the IPAM plugin finishes, and the call fails`, () =>
      attached((a) => {
        const prevResult = a.succeed('ADD', a.config()).json
        const ipam = a.fakeIpam('', { [command]: killing(signal, `${a.folder}/done`) })
        a.fail(command, a.config({ ...ipam, prevResult }), 11, `interrupted by SIG${signal}`)
        assert.is(a.read('done'), 'done\n')
        a.succeed('CHECK', a.config({ prevResult }))
      }))

  test(`SIG${signal} while the IPAM plugin's GC and DEL run: GC finishes`, () =>
    attached((a) => {
      const script = killing(signal, `${a.folder}/done`)
      const config = a.config(a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }] }, { GC: script, DEL: script }))
      a.succeed('ADD', config)
      a.succeed('GC', { ...config, 'cni.dev/valid-attachments': [] })
      assert.is(a.read('done'), 'done\n')
      assert.equal(a.ipamCalls, ['ADD', 'GC', 'DEL'])
      a.assertClean()
    }))
}

for (const signal of ['TERM', 'INT', 'HUP']) {
  test(`SIG${signal} while the IPAM plugin's DEL runs: the rest is still deleted`, () =>
    attached((a) => {
      const ipam = a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }] }, { DEL: `kill -${signal} $PPID` })
      const config = a.config(ipam)
      a.succeed('ADD', config)
      a.succeed('DEL', config)
      a.assertClean()
    }))
}

test('a signal while an error is being reported changes nothing', () =>
  attached((a) => {
    const config = a.config(a.fakeIpam('', { ADD: 'kill -TERM $PPID; exit 3', DEL: 'kill -TERM $PPID' }))
    a.fail('ADD', config, 103, 'netplugin failed with no error message: exit status 3')
    a.assertClean()
  }))

test.run()

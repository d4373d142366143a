import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: a pod that floods the plugin’s sockets', 'netns', 'tun', 'cniPlugins')

const library = new URL('../../packages/netlink/dist/socket/index.js', import.meta.url)

/** Sends junk to each NETLINK_ROUTE socket in its namespace, repeatedly. Ignores errors of the kernel. */
const flooder = `
  import { readFileSync } from 'node:fs'
  const { libc } = await import('${library}')
  const fd = libc.socket(16, 3, 0)
  const junk = Buffer.alloc(16384)
  junk.writeUInt32LE(junk.length)
  junk.writeUInt16LE(16, 4)
  const address = Buffer.alloc(12)
  address.writeUInt16LE(16)
  console.log('floods')
  for (;;) {
    const rows = readFileSync('/proc/net/netlink', 'latin1').split('\\n').slice(1).map((row) => row.trim().split(/\\s+/))
    for (const [, protocol, port] of rows) {
      if (protocol !== '0' || port === '0') continue
      address.writeUInt32LE(Number(port), 4)
      for (let times = 0; times < 50; times++) if (libc.sendto(fd, junk, junk.length, 0x40, address, 12) < 0) break
    }
  }
`

async function whileFlooded(a: Attachment, use: () => void): Promise<void> {
  const args = ['netns', 'exec', a.namespace.name, process.execPath, '--input-type=module', '-e', flooder]
  const child = spawn('ip', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await once(createInterface(child.stdout), 'line')
    use()
  } finally {
    child.kill('SIGKILL')
    await once(child, 'close')
  }
}

test('commands behave as usual', () =>
  attached((a) =>
    whileFlooded(a, () => {
      for (let times = 0; times < 15; times++) {
        const ipam = {
          type: 'static',
          addresses: [{ address: '10.0.0.2/24', gateway: '10.0.0.1' }],
          routes: [{ dst: '10.7.0.0/16' }],
        }
        const config = a.config({ ipam, 'cni.dev/valid-attachments': [] })
        const prevResult = a.succeed('ADD', config).json
        a.succeed('CHECK', { ...config, prevResult })
        a.succeed(times % 2 === 0 ? 'DEL' : 'GC', config)
        assert.equal(a.devices(), ['lo'])
      }
    }),
  ))

test.run()

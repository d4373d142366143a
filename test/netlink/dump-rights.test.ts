import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

const test = suite('netloom dump without rights')

const main = fileURLToPath(new URL('../../packages/netlink/bundle/cli/main.js', import.meta.url))

test('the error names the capability', () => {
  const without = ['--bounding-set=-all', '--inh-caps=-all', '--no-new-privs', '--']
  const args = [...without, process.execPath, main, 'dump', 'xfrm-states']
  const { status, stderr } = spawnSync('setpriv', args, { encoding: 'utf8' })
  assert.is(status, 1)
  assert.match(
    stderr,
    /^netloom: XFRM_MSG_GETSA: reading them needs CAP_NET_ADMIN .*\(EPERM, operation not permitted\)\n$/,
  )
})

test.run()

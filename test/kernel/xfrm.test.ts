import { AF, Connection } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import * as ipsec from '../../packages/netlink/dist/xfrm/index.js'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('IPsec policies in the kernel', 'netns')

const UNLIMITED = 2n ** 64n - 1n
const lft = {
  ...{ softByteLimit: UNLIMITED, hardByteLimit: UNLIMITED, softPacketLimit: UNLIMITED, hardPacketLimit: UNLIMITED },
  ...{ softAddExpiresSeconds: 0n, hardAddExpiresSeconds: 0n, softUseExpiresSeconds: 0n, hardUseExpiresSeconds: 0n },
}
const selectors = [
  { daddr: '10.2.0.0', saddr: '10.1.0.0', family: AF.INET, prefixlenD: 16, prefixlenS: 16 },
  { daddr: '2001:db8::', saddr: '::', family: AF.INET6, prefixlenD: 32, prefixlenS: 0 },
]

test('IPsec policies can be added, counted, dumped like in ip, and flushed', () =>
  inScratch((namespace) => {
    const netlink = Connection.openProtocol(ipsec.xfrm, { netns: namespace.path, timeout: 20_000 })
    try {
      for (const chosen of selectors) {
        const sel = { dport: 0, dportMask: 0, sport: 0, sportMask: 0, proto: 0, ifindex: 0, user: 0, ...chosen }
        const action = ipsec.XFRM_POLICY_ACTION.BLOCK
        netlink.requestSync('XFRM_MSG_NEWPOLICY', { sel, lft, priority: 7, dir: ipsec.XFRM_POLICY_DIR.OUT, action })
      }
      const [counted] = netlink.requestSync('XFRM_MSG_GETSPDINFO', {}) as unknown as ipsec.XfrmSpdinfoMessage[]
      assert.equal([counted?.attrs.info?.incnt, counted?.attrs.info?.outcnt], [0, 2])
      const policies = netlink.dumpSync('XFRM_MSG_GETPOLICY', { attrs: {} }) as unknown as ipsec.XfrmPolicyMessage[]
      const printed = namespace.exec('ip', ['xfrm', 'policy', 'list'])
      for (const { sel, priority, action } of policies) {
        assert.equal([priority, action], [7, ipsec.XFRM_POLICY_ACTION.BLOCK])
        const line = `src ${sel.saddr}/${sel.prefixlenS} dst ${sel.daddr}/${sel.prefixlenD} `
        assert.ok(printed.includes(line), `${line} is not in\n${printed}`)
      }
      assert.is(policies.length, 2)
      netlink.requestSync('XFRM_MSG_FLUSHPOLICY', {})
      assert.equal(netlink.dumpSync('XFRM_MSG_GETPOLICY', { attrs: {} }), [])
    } finally {
      netlink.close()
    }
  }))

test.run()

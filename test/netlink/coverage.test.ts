import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { comparedSpec } from '../spec/compared.js'
import { coverageOf } from '../support/coverage.js'
import { coveragePage, versionOf } from '../support/coverage-page.js'
import { newHeaders } from '../support/headers.js'
import { kernelSpecs } from '../support/specs.js'
import { families } from './headers/index.js'
import '../support/built.js'

/** Compares the names in the kernel's headers and specs with the declarations. */

const test = suite('coverage of the kernel headers')

const family = 'a generic netlink family that is not declared'
const other = 'a protocol that is not declared'

/** Headers below linux/ that mention netlink and are not read, each with the reason. */
const unreadHeaders: Readonly<Record<string, string>> = {
  'android/binder_netlink.h': family,
  'audit.h': other,
  'can/j1939.h': 'attributes of socket statistics in ancillary data',
  'capability.h': 'a comment',
  'cgroupstats.h': family,
  'cifs/cifs_netlink.h': family,
  'dev_energymodel.h': family,
  'drbd.h': family,
  'drbd_genl.h': family,
  'lockd_netlink.h': family,
  'mqueue.h': 'a comment',
  'nbd-netlink.h': family,
  'ncsi.h': family,
  'net_dropmon.h': family,
  'netfilter/nf_conntrack_ftp.h': 'used only inside the kernel',
  'netfilter/nfnetlink_compat.h': 'group masks of NFNLGRP_*',
  'netfilter/xt_addrtype.h': 'an iptables match',
  'netfilter/xt_nfacct.h': 'an iptables match',
  'netfilter/xt_osf.h': 'an iptables match',
  'nfc.h': family,
  'nfsd_netlink.h': family,
  'psample.h': family,
  'quota.h': family,
  'sunrpc_netlink.h': family,
  'target_core_user.h': family,
  'thermal.h': family,
  'tipc_config.h': 'a family that TIPCv2 replaced',
  'wireless.h': 'for ioctls',
}

const page = readFileSync(new URL('../../docs/coverage.md', import.meta.url), 'utf8')

/** Returns why the comparison is skipped. A newer kernel has more names, which `npm run coverage` lists. */
const skipReason = () => {
  if (newHeaders === undefined) return 'no headers of a current kernel'
  if (kernelSpecs.size === 0) return 'no specs of a current kernel'
  const version = versionOf(newHeaders)
  return page.includes(`the headers of ${version}.`) ? undefined : `docs/coverage.md is not of ${version}`
}

/** Returns the lines of a text that another text does not contain. */
function linesOnlyIn(text: string, other: string): string[] {
  const known = new Set(other.split('\n'))
  return text.split('\n').filter((line) => !known.has(line))
}

const reason = skipReason()
if (newHeaders === undefined || reason !== undefined) {
  console.log(`SKIPPED: the coverage of the kernel's headers: ${reason}`)
  test.skip('coverage', () => {})
} else {
  const coverage = coverageOf(families, newHeaders)

  for (const { family, groups, untouched, loose } of coverage) {
    test(`${family.name}: complete groups have all names`, () => {
      const missing = groups.filter(({ isWhole }) => isWhole).flatMap((group) => group.missing)
      const unseen = family.basics === 'all' ? [] : untouched.filter(({ ofAttributes }) => ofAttributes)
      assert.equal([...missing, ...unseen.map(({ label }) => label), ...(family.basics === 'all' ? [] : loose)], [])
    })

    test(`${family.name}: excluded names are in the headers and not declared`, () => {
      const known = new Set(coverage.flatMap(({ known }) => known))
      const unexpected = Object.keys(family.except ?? {}).filter(
        (name) =>
          !(name.endsWith('*') ? [...known].some((each) => each.startsWith(name.slice(0, -1))) : known.has(name)),
      )
      assert.equal(unexpected, [])
    })
  }

  test('every header that mentions netlink is read', () => {
    const read = new Set(families.flatMap(({ headers, also = [] }) => [...headers, ...also]))
    const unread = readdirSync(join(newHeaders ?? '', 'linux'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.h'))
      .filter((name) =>
        /netlink|nlattr|NLA_|GENL|genl|_ATTR_MAX/.test(readFileSync(join(newHeaders ?? '', 'linux', name), 'utf8')),
      )
      .concat(
        readdirSync(join(newHeaders ?? '', 'linux/netfilter')).flatMap((name) =>
          /^nf/.test(name) ? [`netfilter/${name}`] : [],
        ),
      )
      .filter((name) => !read.has(`linux/${name}`) && !Object.hasOwn(unreadHeaders, name))
    assert.equal([...new Set(unread)], [])
  })

  test('each header belongs to one family', () => {
    const headers = families.flatMap((family) => family.headers)
    const twice = headers.filter((header, index) => headers.indexOf(header) !== index)
    assert.equal(twice, [])
  })

  test('docs/coverage.md is up to date (npm run coverage writes it)', async () => {
    const specs = await Promise.all([...kernelSpecs.keys()].map(comparedSpec))
    const current = coveragePage(coverage, specs, versionOf(newHeaders ?? ''))
    const [missing, outdated] = [linesOnlyIn(current, page), linesOnlyIn(page, current)]
    // Only the lines that differ: the page has more than 500.
    assert.equal({ missing, outdated }, { missing: [], outdated: [] })
    assert.ok(current === page, 'docs/coverage.md has the right lines in a different order or number')
  })
}

test.run()

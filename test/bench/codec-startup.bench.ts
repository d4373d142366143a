import { spawnSync } from 'node:child_process'
import { bench } from '../support/bench.js'

// Cost of importing the library: whole processes, compared with an empty program.

const run = (program: string) => () => {
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return status
}

bench('start-up', {
  'an empty program': run(''),
  '@netloom/netlink/codec': run(`import '@netloom/netlink/codec'`),
  '@netloom/netlink': run(`import '@netloom/netlink'`),
  '@netloom/netlink, and decode a link': run(
    `import { linkMessage } from '@netloom/netlink/route'; import { decode } from '@netloom/netlink/codec'; decode(linkMessage, new Uint8Array(16))`,
  ),
  '@netloom/netlink and @netloom/netlink/generic': run(`import '@netloom/netlink'; import '@netloom/netlink/generic'`),
  '@netloom/netlink/dissect, which includes all families': run(`import '@netloom/netlink/dissect'`),
})

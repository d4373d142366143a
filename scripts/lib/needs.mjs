import { existsSync } from 'node:fs'
import { installPackage, unpackFromSid } from './debian.mjs'
import { capture, path, say, strict } from './repo.mjs'

const plugins = path('.cache', 'cni-plugins')
const pluginFolder = path('.cache', 'cni-plugins', 'usr', 'lib', 'cni')

const whyNoPlugins = () =>
  existsSync(`${pluginFolder}/host-local`) ? undefined : unpackFromSid(plugins, ['containernetworking-plugins'])

const whyNoIproute2 = () => (capture('ip', ['-V']) ? undefined : installPackage('iproute2'))

/**
 * Gets what the tests need from Debian, and returns the environment that tells them where it is. What is not to be had is
 * said plainly; on a machine that must have it (CI) the result is undefined.
 */
export function provideNeeds() {
  const missing = []
  const need = (what, whyNot) => {
    const reason = whyNot()
    if (reason) missing.push(`${what} is not to be had: ${reason}`)
    return !reason
  }
  say('what the tests need from Debian')
  need('iproute2 (the program ip, which kernel tests compare with)', whyNoIproute2)
  const havePlugins = need('containernetworking-plugins (host-local and static, for the IPAM tests)', whyNoPlugins)
  for (const line of missing) console.error(strict() ? `✘ ${line}` : `! ${line}; tests that need it are skipped`)
  if (!missing.length) console.log('there')
  if (missing.length && strict()) return undefined
  return havePlugins ? { NETLOOM_CNI_PLUGINS: pluginFolder } : {}
}

import { readFileSync } from 'node:fs'
import { packageNames } from './release/facts.mjs'
import { path } from './repo.mjs'

/** Entry points that consist of declarations: thousands of names whose types are inferred from the declarations. */
const messageLevel = [
  'constants',
  'route',
  'route/tun',
  'generic',
  'netfilter',
  'xfrm',
  'diag',
  'uevent',
  'rdma',
  'connector',
].map((name) => `@netloom/netlink/${name}`)

/** Returns the entry points of the packages: name, declaration file, source, and if people read its signatures. */
export const entryPoints = () =>
  packageNames.flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(path('packages', folder, 'package.json'), 'utf8'))
    return Object.entries(manifest.exports).flatMap(([entry, { types }]) => {
      if (!types) return []
      const name = manifest.name + entry.slice(1)
      const source = types.replace('./dist/', './src/').replace(/\.d\.ts$/, '.ts')
      const [file, from] = [types, source].map((each) => path('packages', folder, each))
      return [{ name, file, source: from, isForPeople: !messageLevel.includes(name) }]
    })
  })

import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { examplesOf, pageOf, pluginsOf } from './examples.js'
import { inPod, type Outer, type Pod } from './pod.js'

const test = suiteNeeding('cni-tap: the examples about redirect and bandwidth', 'netns', 'tun', 'cniPlugins')

type Keys = Record<string, unknown>

/** Runs the plugins of an example in their order, then CHECK and DEL of ours. */
function runExample(pod: Pod, plugins: readonly Keys[]): void {
  let result: object | undefined
  for (const { type, ...keys } of plugins) {
    if (type === 'tap') {
      result = pod.succeed('ADD', pod.attachment.config({ ...keys, ...(result && { prevResult: result }) })).json
      pod.succeed('CHECK', pod.attachment.config({ ...keys, prevResult: result }))
      pod.succeed('DEL', pod.attachment.config(keys))
    } else if (type === 'tuning') result = pod.attachment.chain(type, keys, result ?? {}, 'eth0')
    else result = pod.outer('ADD', undefined, keys).json
  }
}

for (const page of ['redirect', 'bandwidth']) {
  for (const [index, example] of examplesOf(pageOf(page)).entries()) {
    const plugins = pluginsOf(example)
    const outer = plugins.map(({ type }) => type).find((type) => type === 'bridge' || type === 'ptp')
    test(`${page}.md, example ${index + 1}: ${plugins.map(({ type }) => type).join(', ')}`, () =>
      inPod((outer ?? 'ptp') as Outer, (pod) => {
        assert.is(example.cniVersion, '1.1.0')
        runExample(pod, plugins)
        const left = pod.attachment.devices().filter((name) => name !== 'lo')
        assert.equal(left, outer === undefined ? [] : ['eth0'])
        assert.equal(
          pod.attachment.devices().flatMap((name) => pod.hooks(name)),
          [],
        )
      }))
  }
}

test.run()

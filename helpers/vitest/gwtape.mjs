/**
 * Hold tests to recorded scenarios: a helper for vitest.
 *
 *     import { gwtape } from './gwtape.mjs';
 *
 *     gwtape('shop/deploy', 'deploys', async ({ endpoint }) => { await deploy(); });
 *
 * One `gwtape replay` serves a test file, a session of its own each test: the AWS endpoint in process.env is that
 * session's, with dummy credentials. After the test the contract is asserted: every call of the scenario (or group) as
 * recorded, and none left out. The first breach is the test's message, also where the code under test swallows its
 * exception. Cassettes are those of the folder GWTAPE_CASSETTES, else `cassettes`. The tests of a file run one after
 * the other, since process.env is one: not for test.concurrent.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, test } from 'vitest';

let replay; // of this file: a promise of { endpoint, process }

async function start() {
    const args = ['replay', '--session-by', 'path', '--cassettes', process.env.GWTAPE_CASSETTES ?? 'cassettes'];
    const child = spawn('gwtape', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    const endpoint = await new Promise((resolve, reject) => {
        child.on('error', (error) => reject(new Error(`gwtape did not start: ${error.message}`)));
        child.on('exit', () => reject(new Error(`gwtape replay ended: ${said.trim()}`)));
        child.stderr.on('data', (bytes) => {
            said += bytes;
            const line = /^listening on (\S+)$/m.exec(said);
            if (line) resolve(line[1]);
        });
    });
    return { endpoint, child };
}

/** POST to the admin API: [status, answer]. */
async function ask(endpoint, path, body) {
    const answer = await fetch(`${endpoint}/_gwtape/sessions${path}`, {
        method: 'POST',
        body: body && JSON.stringify(body),
    });
    return [answer.status, await answer.json()];
}

function environment(endpoint) {
    return {
        GWTAPE_ENDPOINT: endpoint,
        AWS_ENDPOINT_URL: endpoint,
        AWS_ENDPOINT_URL_API_GATEWAY: endpoint,
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
        AWS_REGION: 'us-east-1',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_SESSION_TOKEN: undefined,
        AWS_PROFILE: undefined,
    };
}

/** Set variables, remove those that are undefined; returns their previous values. */
function setEnvironment(variables) {
    const before = {};
    for (const [name, value] of Object.entries(variables)) {
        before[name] = process.env[name];
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    }
    return before;
}

/** What the session did wrong, in words; undefined where all held. */
async function breach(endpoint, id) {
    const [status, report] = await ask(endpoint, `/${encodeURIComponent(id)}/verify`);
    if (status === 200) return undefined;
    const broken = (report.journal?.entries ?? []).find((row) => !row.ok);
    const left = (report.unused ?? []).map((row) => `${row.scenario}#${row.interaction}`).join(', ');
    return { called: broken !== undefined, text: broken?.text ?? `gwtape: ${report.message} (not called: ${left})` };
}

let count = 0;

/** A test that is held to a scenario or group, or to several of them in an array. */
export function gwtape(scenarios, name, body, options) {
    test(name, options ?? {}, async (context) => {
        replay ??= start();
        const { endpoint } = await replay;
        const id = `${context.task?.file?.name ?? ''} ${name} ${(count += 1)}`;
        const [status, answer] = await ask(endpoint, '', { id, scenarios: [scenarios].flat() });
        if (status !== 201) throw new Error(`gwtape: ${answer.message}`);
        const own = `${endpoint}/session/${encodeURIComponent(id)}`;
        const before = setEnvironment(environment(own));
        let thrown;
        try {
            await body({ ...context, endpoint: own });
        } catch (error) {
            thrown = error ?? new Error('the test threw nothing');
        } finally {
            setEnvironment(before);
        }
        const wrong = await breach(endpoint, id);
        // What the test itself threw is a consequence, unless no call was at fault.
        if (wrong && (wrong.called || !thrown)) throw new Error(wrong.text);
        if (thrown) throw thrown;
    });
}

afterAll(async () => {
    if (!replay) return;
    const { child } = await replay;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
});

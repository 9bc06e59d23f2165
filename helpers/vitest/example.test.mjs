/** EXAMPLE selects what it does wrong: right (nothing), wrong (and reports it), silent (and hides it). */
import { expect } from 'vitest';
import { deploy } from './client.mjs';
import { gwtape } from './gwtape.mjs';

gwtape('types/http', 'makes the integration', async ({ endpoint }) => {
    const mode = process.env.EXAMPLE;
    expect(process.env.AWS_ENDPOINT_URL).toBe(endpoint);
    try {
        const made = await deploy({ seconds: mode !== 'right' });
        expect(made.type).toBe('HTTP');
    } catch (error) {
        if (mode !== 'silent') throw error;
    }
});

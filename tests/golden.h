/* SPDX-License-Identifier: ISC */
/* golden.h - texts that must not change unnoticed */

#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

/*
 * Compares text with tests/golden/NAME. Where they differ, prints a unified
 * diff and fails the running test. With GOLDEN=write in the environment
 * (`make golden`) it rewrites the file instead and passes.
 */
void	golden_check(const char *name, const char *text);

#endif

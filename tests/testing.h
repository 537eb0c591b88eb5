/* SPDX-License-Identifier: ISC */
/* testing.h - what every unit test includes, in the order cmocka wants */

#ifndef TESTS_TESTING_H
#define TESTS_TESTING_H

/* cmocka.h 1.1.5 uses these and includes none of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/golden.h"

#endif

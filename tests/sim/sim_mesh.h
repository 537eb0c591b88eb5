/* SPDX-License-Identifier: ISC */
/* sim_mesh.h - a mesh of N nodes, the same text on each */
#ifndef TESTS_SIM_SIM_MESH_H
#define TESTS_SIM_SIM_MESH_H

#include "tests/sim/sim.h"

#define SIM_MESH_MAX	100u

/*
 * Node i (from 1) is node-I, 10.0.0.I and fd00::I (hex), with the blocks
 * 10.244.I.0/26 and fd00:10:244:I::/122 (hex).
 */
struct sim_mesh {
	struct sim	*sim;
	size_t		 count;
	struct sim_node	*node[SIM_MESH_MAX + 1];	/* from 1 */
};

void	sim_mesh_init(struct sim_mesh *, size_t count, uint32_t seed);
void	sim_mesh_clear(struct sim_mesh *);
void	sim_mesh_start(struct sim_mesh *);
/* All of those that run see each other, and their kernels hold all blocks. */
bool	sim_mesh_whole(void *mesh);
/* The config of node i in a mesh of `count`, without node `missing`. */
char	*sim_mesh_config(size_t i, size_t count, size_t missing,
	    const char *more);

#endif

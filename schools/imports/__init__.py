"""Official files about schools. Their columns are named here and nowhere else."""
